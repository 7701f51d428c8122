// ocsf
