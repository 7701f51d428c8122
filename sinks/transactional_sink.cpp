// transactional_sink
