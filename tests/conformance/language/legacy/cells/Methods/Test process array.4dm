return myArray{1}
