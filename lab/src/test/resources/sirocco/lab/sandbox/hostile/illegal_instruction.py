# ends: EXITED
import ctypes
import mmap
page = mmap.mmap(-1, 4096, prot=7)
page.write(bytes([0x0F, 0x0B] * 8))
ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
