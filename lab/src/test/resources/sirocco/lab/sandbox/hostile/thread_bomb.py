# ends: EXITED refused
import threading
import time
def forever():
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
attempt(forever)
sys.stdout.flush()
os._exit(0)
