-- Requests as they stand on the wire, one after the other and round again; sixteen @ are a number.
local requests, count, sent, numbered, name = {}, 0, 0, false, "0"

function init(args)
  local file = io.open(args[1], "rb")
  name = args[2]
  while true do
    local length = file:read("*n")
    if not length then break end
    file:read(1)
    requests[count] = file:read(length)
    numbered = numbered or requests[count]:find(string.rep("@", 16), 1, true) ~= nil
    count = count + 1
  end
  file:close()
end

function request()
  local text = requests[sent % count]
  sent = sent + 1
  if numbered then
    text = text:gsub(string.rep("@", 16), name .. string.format("%08d", sent))
  end
  return text
end

function done(summary, latency, _)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format(
    '\nRESULT {"answered": %d, "failed": %d, "seconds": %.6f, "bytes": %d,' ..
    ' "times": {"p50": %.3f, "p95": %.3f, "p99": %.3f, "max": %.3f}}\n',
    summary.requests - errors.status, failed, summary.duration / 1e6, summary.bytes,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    latency.max / 1000))
end
