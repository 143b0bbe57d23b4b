# ends: EXITED refused
import socket
attempt(lambda: socket.getaddrinfo("example.com", 80))
