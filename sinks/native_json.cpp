// native_json
