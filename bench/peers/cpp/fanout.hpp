// /fanout: ten calls of the slow service at once.
#pragma once

#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio.hpp>
#include <boost/beast.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

// Those that wait for the next call. Each of our clients' connections, a strand, has its own.
using SlowConnections = std::vector<asio::ip::tcp::socket>;

inline asio::awaitable<bool> call_slow(std::shared_ptr<SlowConnections> idle) {
    static const auto port = static_cast<unsigned short>(std::atoi(std::getenv("SLOW_PORT")));
    asio::ip::tcp::socket socket(co_await asio::this_coro::executor);
    if (!idle->empty()) {
        socket = std::move(idle->back());
        idle->pop_back();
    }
    beast::tcp_stream stream(std::move(socket));
    stream.expires_after(std::chrono::seconds(30));
    if (!stream.socket().is_open()) {
        co_await stream.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
    }
    http::request<http::empty_body> request(http::verb::get, "/slow", 11);
    request.set(http::field::host, "127.0.0.1");
    co_await http::async_write(stream, request, asio::use_awaitable);
    beast::flat_buffer buffer;
    http::response<http::string_body> response;
    co_await http::async_read(stream, buffer, response, asio::use_awaitable);
    if (response.keep_alive()) idle->push_back(stream.release_socket());
    co_return response.body() == "slow\n";
}

// How many of ten calls were answered rightly. All run on the connection's strand, so that the count needs no lock.
inline asio::awaitable<int> fanout(std::shared_ptr<SlowConnections> slow) {
    auto executor = co_await asio::this_coro::executor;
    struct Calls {
        int left = 10, right = 0;
        asio::steady_timer done;
    };
    auto calls = std::make_shared<Calls>(Calls{10, 0, asio::steady_timer(executor, asio::steady_timer::time_point::max())});
    for (int i = 0; i < 10; ++i) {
        asio::co_spawn(executor, call_slow(slow), [calls](std::exception_ptr error, bool right) {
            if (!error && right) ++calls->right;
            if (--calls->left == 0) calls->done.cancel();
        });
    }
    boost::system::error_code cancelled;
    co_await calls->done.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    co_return calls->right;
}
