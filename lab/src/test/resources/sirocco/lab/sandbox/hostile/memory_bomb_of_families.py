# ends: MEMORY
import time
for _ in range(12):
    if os.fork() == 0:
        held = bytearray(100 << 20)
        for at in range(0, len(held), 4096):
            held[at] = 1
        time.sleep(60)
time.sleep(60)
