// stream_sink
