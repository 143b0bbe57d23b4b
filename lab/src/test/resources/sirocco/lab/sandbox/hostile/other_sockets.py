# ends: EXITED refused
import socket
for family, kind in ((40, socket.SOCK_STREAM), (17, socket.SOCK_RAW), (16, socket.SOCK_RAW), (38, 5), (2, socket.SOCK_RAW)):
    attempt(lambda: socket.socket(family, kind))
