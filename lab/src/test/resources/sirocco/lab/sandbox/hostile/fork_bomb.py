# ends: TIME MEMORY
while True:
    try:
        os.fork()
    except OSError:
        pass
