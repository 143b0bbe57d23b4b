# ends: EXITED refused
import socket
for path in (unix, "/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket", "\0" + unix):
    attempt(lambda: socket.socket(socket.AF_UNIX).connect(path))
