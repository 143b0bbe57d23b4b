# ends: MEMORY TIME
import zlib
packer = zlib.compressobj(1)
small = b"".join(packer.compress(bytes(1 << 20)) for _ in range(320)) + packer.flush()
zlib.decompress(small)
