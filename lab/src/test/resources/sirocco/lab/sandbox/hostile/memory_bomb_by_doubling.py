# ends: MEMORY
text = "x"
while True:
    text += text
