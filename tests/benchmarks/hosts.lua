-- Every request goes to the next host: a server that keeps something per tenant can't settle on one.
local hosts, next_host = {}, 0

function init(args)
  for _, host in ipairs(args) do hosts[#hosts + 1] = host end
end

function request()
  next_host = next_host % #hosts + 1
  return wrk.format("GET", nil, { ["Host"] = hosts[next_host] })
end

function done(summary, latency, requests)
  io.write(string.format("p95 us: %d\n", latency:percentile(95)))
end
