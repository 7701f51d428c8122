// cloudtrail_parser
