# ends: TIME MEMORY
10 ** 10 ** 10
