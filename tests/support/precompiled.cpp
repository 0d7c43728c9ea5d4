// Has no code: the headers that every test includes are compiled along with it, once for all.
