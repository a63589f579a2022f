// orda.md 9: texts for attributes of numbers, in the 4D surface
var $b : cs.BookEntity
var $name : Text
$b:=ds.Book.get(7)
$name:="pages"
$b.pages:="many" // expect error: -20002
$b[$name]:="120"
$b.pages // expect: 120
$b[$name]:="COM"
$b.pages // expect: 0
$b[$name]:="12 leaves"
$b.pages // expect: 12
$name:="published"
$b[$name]:="soon" // expect error: -20002
$name:="title"
$b[$name]:="Tides"
$b.title // expect: Tides
