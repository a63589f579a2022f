// commands.md 24.1: file commands of the 4D surface
Folder(fk resources folder).path  // expect: "/RESOURCES/"
Folder(fk data folder).file("a.txt").path  // expect: "/DATA/a.txt"
Get 4D folder(Database folder)  // expect: "/PACKAGE/"
Get 4D folder(Current resources folder)  // expect: "/RESOURCES/"
Get 4D folder(Logs folder)  // expect: "/LOGS/"
Get 4D folder(Data folder)  // expect: "/DATA/"
TEXT TO DOCUMENT(Get 4D folder(Data folder)+"a.txt"; "content")
Document to text("/DATA/a.txt")  // expect: "content"
File("/DATA/a.txt").size  // expect: 7
TEXT TO DOCUMENT("/etc/x"; "content")  // expect error: -20024
Document to text("/DATA/none.txt")  // expect error: -43
