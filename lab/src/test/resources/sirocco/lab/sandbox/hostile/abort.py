# ends: EXITED
os.abort()
