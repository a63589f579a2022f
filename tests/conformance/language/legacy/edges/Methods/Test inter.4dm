return <>inter
