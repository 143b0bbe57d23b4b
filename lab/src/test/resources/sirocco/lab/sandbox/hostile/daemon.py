# ends: EXITED gone
import time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for descriptor in range(3):
            os.close(descriptor)
        os.chdir("/")
        time.sleep(60)
    os._exit(0)
print("gone")
