// condition
