// Paths of the system are POSIX paths
Convert path system to POSIX("/PACKAGE/a b/c.txt") // expect: /PACKAGE/a b/c.txt
Convert path POSIX to system("/PACKAGE/a"; *) // expect: /PACKAGE/a
Convert path system to POSIX(Folder("/RESOURCES").platformPath) // expect: /RESOURCES/
