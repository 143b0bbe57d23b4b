# ends: EXITED MEMORY TIME
sys.setrecursionlimit(1 << 30)
def deeper():
    return [deeper()]
deeper()
