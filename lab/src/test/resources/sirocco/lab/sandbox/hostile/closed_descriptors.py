# ends: TIME
import time
os.closerange(0, 1 << 10)
time.sleep(60)
