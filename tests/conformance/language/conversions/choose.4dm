// command specification 24.1
Choose(True; "yes"; "no") // expect: "yes"
Choose(False; "yes"; "no") // expect: "no"
Choose(1=2; "yes"; "no") // expect: "no"
Choose(0; "a"; "b"; "c") // expect: "a"
Choose(2; "a"; "b"; "c") // expect: "c"
Choose(1.4; "a"; "b"; "c") // expect: "b"
Choose(3; "a"; "b"; "c") // expect: undefined
Choose(-1; "a"; "b"; "c") // expect: undefined
Choose(True; 1; 2) // expect: 1
String(12.5; "####0.00") // expect: "12.50"
Uppercase("garçon"; *) // expect: "GARÇON"
Position("bo"; "harbour"; *) // expect: 4
Replace string("a-b-c"; "-"; "+"; 1) // expect: "a+b-c"
Substring("harbour"; 4; 2) // expect: "bo"
Num("1 234,5"; ",") // expect: 1234.5
Add to date(!2024-02-01!; 0; 1; 0)-!2024-02-01! // expect: 29
String(!2031-07-03!; ISO date) // expect: "2031-07-03T00:00:00"
String(!2031-07-03!; Internal date short) // expect: "07/03/2031"
String(?14:07:09?; HH MM) // expect: "14:07"
Split string("a;b"; ";"; sk ignore empty strings+sk trim spaces).length // expect: 2
Char(Carriage return)=Char(13) // expect: true
Char((Random%26)+65)#"" // expect: true
Is Windows // expect: false
Is macOS // expect: false
Day number(!2031-07-06!)=Sunday // expect: true
Round(2.675; 2) // expect: 2.68
Mod(9.5; 4) // expect: 2
Not(True) // expect: false
Current date(*)=Current date // expect: true
Value type(Current time(*)) // expect: 11
