# ends: EXITED refused
attempt(lambda: os.unlink("/program/program.py"))
attempt(lambda: os.rename("/program", "/gone"))
attempt(lambda: os.rmdir("/work"))
