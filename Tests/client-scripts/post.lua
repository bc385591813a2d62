-- wrk: posts the file SLUICE_BODY and compares each answer with SLUICE_ANSWER (hexadecimal).

local file = assert(io.open(os.getenv("SLUICE_BODY"), "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
file:close()
local expected = os.getenv("SLUICE_ANSWER"):gsub("%x%x", function(digits) return string.char(tonumber(digits, 16)) end)

-- Each thread has its own variables; only these globals can be read at the end.
answers, wrong = 0, 0
local threads = {}

function setup(thread) table.insert(threads, thread) end

function response(status, headers, body)
    answers = answers + 1
    if status ~= 200 or body ~= expected then wrong = wrong + 1 end
end

function done(summary, latency, requests)
    local all, bad = 0, 0
    for _, thread in ipairs(threads) do
        all = all + thread:get("answers")
        bad = bad + thread:get("wrong")
    end
    io.write(string.format("wrong answers: %d of %d\n", bad, all))
end
