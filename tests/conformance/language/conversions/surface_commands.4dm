// Commands of the 4D surface alone (commands.md 24.1)
var $t : Text
var $o : Object
Is Windows  // expect: false
Is macOS  // expect: false
Application version  // expect: "2100"
Application type  // expect: 5
Version type  // expect: 2
Version type ?? 64 bit version  // expect: true
Is license available  // expect: true
Get application info.newConnectionsAllowed  // expect: true
Get application info.volumeShadowCopyStatus  // expect: ""
Get application info.launchedAsService  // expect: true
Current user  // expect: ""
In transaction  // expect: false
START TRANSACTION  // expect error: -20008
VALIDATE TRANSACTION  // expect error: -20008
CANCEL TRANSACTION  // expect error: -20008
Get 4D folder(Database folder)  // expect: "/PACKAGE/"
Get localized string("no such text")  // expect: ""
OK  // expect: 0
SET DATABASE PARAMETER(5; 1)
FLUSH CACHE
WEB START SERVER
WEB STOP SERVER
WEB SET ROOT FOLDER("x")
SET ASSERT ENABLED(True)
Choose(True; "a"; "b")  // expect: "a"
Choose(1; "a"; "b")  // expect: "b"
Choose(5; "a"; "b")  // expect: undefined
Choose(-1; "a"; "b")  // expect: undefined
TEXT TO DOCUMENT("/DATA/x.txt"; "é"; "ISO-8859-1")
Document to text("/DATA/x.txt"; "ISO-8859-1")  // expect: "é"
TEXT TO DOCUMENT("/DATA/x.txt"; "a\nb"; "UTF-8"; Document with CRLF)
Document to text("/DATA/x.txt"; "UTF-8"; Document unchanged)  // expect: "a\r\nb"
$o:=New object("a"; "2031-07-03"; "n"; "12")
OB Get($o; "a"; Is date)  // expect: !2031-07-03!
OB Get($o; "n"; Is real)  // expect: 12
OB Get($o; "n"; Is longint)  // expect: 12
OB Get($o; "none"; Is date)  // expect: !00-00-00!
OB Get($o; "none"; Is time)  // expect: ?00:00:00?
OB Get($o; "none"; Is object)  // expect: null
OB Get($o; "none"; Is collection)  // expect: null
OB SET($o; "x"; 1; "y"; New collection(1))
$o.y  // expect: [1]
OB SET NULL($o; "x")
$o.x  // expect: null
OB Get type($o; "y")  // expect: 42
OB Get type($o; "a")  // expect: 2
ALERT("x")  // expect error: -20027
OPEN WINDOW(1; 2; 3; 4)  // expect error: -20027
Lowercase("ÉÀ")  // expect: "ea"
String("abc"; "00000")  // expect: "abc"
Time(0)  // expect: ?00:00:00?
Date("")  // expect: !00-00-00!
Random%5<5  // expect: true
SUBSTRING("abc"; 2)  // expect: "bc"
Substring:C12("abc"; 2; 1)  // expect: "b"
Is   text:K8:3  // expect: 2
Current  date  >  !00-00-00!  // expect: true
ck    shared  // expect: 8
Add   to   date(!2024-01-01!; 0; 0; 1)  // expect: !2024-01-02!
