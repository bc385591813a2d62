// The routes on Boost.Beast: a coroutine for each connection, on a strand of one io_context that N threads run.
// With --streaming, /predict reads the socket itself behind the head and reduces each piece as it comes. The piece's size and the
// receive buffer are the fastest of those tried; pieces of 256 and 512 KiB, Linux's own buffer and low-water marks were slower.

#include <chrono>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "fanout.hpp"
#include "predict.hpp"

using asio::ip::tcp;
using Response = http::response<http::string_body>;

constexpr std::size_t largest_body = std::size_t{1} << 30;
constexpr std::size_t piece_size = std::size_t{1} << 20;
constexpr int streaming_receive_buffer = 2 << 20;

static Response answer(http::status status, const char* type, std::string body) {
    Response response(status, 11);
    response.set(http::field::content_type, type);
    response.body() = std::move(body);
    return response;
}

static Response text(std::string body) {
    return answer(http::status::ok, "text/plain", std::move(body));
}

static Response number(float value) {
    return answer(http::status::ok, "application/octet-stream", {reinterpret_cast<char*>(&value), sizeof value});
}

static Response bad_request() {
    return answer(http::status::bad_request, "text/plain", "the body is not float32 values\n");
}

static bool is_float32(std::size_t size) {
    return size > 0 && size % sizeof(float) == 0;
}

static asio::awaitable<void> block_for_a_second() {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    co_return;
}

static asio::awaitable<Response> respond(
    const http::request<http::vector_body<char>>& request, std::shared_ptr<SlowConnections> slow,
    asio::thread_pool& blocking
) {
    auto target = request.target();
    if (target == "/hello") co_return text("hello\n");
    if (target == "/wait") {
        asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::seconds(1));
        co_await timer.async_wait(asio::use_awaitable);
        co_return text("waited\n");
    }
    if (target == "/wait-blocking") {
        co_await asio::co_spawn(blocking, block_for_a_second(), asio::use_awaitable);
        co_return text("waited\n");
    }
    if (target == "/fanout") co_return text(std::to_string(co_await fanout(slow)) + "\n");
    if (target == "/predict") {
        if (!is_float32(request.body().size())) co_return bad_request();
        Reduction reduction(request.body().size());
        reduction.add(request.body().data(), request.body().size());
        co_return number(reduction.deviation());
    }
    co_return answer(http::status::not_found, "text/plain", "there is no such route\n");
}

// Reduces a body of known size: what came with the head, then pieces that the kernel writes to their place.
static asio::awaitable<Response> predict_streaming(
    beast::tcp_stream& stream, beast::flat_buffer& buffer, std::vector<char>& piece, std::size_t size
) {
    Reduction reduction(size);
    std::size_t held = std::min({size, buffer.size(), piece.size()});
    std::memcpy(piece.data(), buffer.data().data(), held);
    buffer.consume(held);
    for (std::size_t left = size - held;;) {
        std::size_t whole = held - held % sizeof(float);
        reduction.add(piece.data(), whole);
        std::memmove(piece.data(), piece.data() + whole, held - whole);
        held -= whole;
        if (left == 0) break;
        auto room = asio::buffer(piece.data() + held, std::min(left, piece.size() - held));
        std::size_t count = co_await stream.async_read_some(room, asio::use_awaitable);
        held += count;
        left -= count;
    }
    co_return number(reduction.deviation());
}

static asio::awaitable<void> serve(beast::tcp_stream stream, asio::thread_pool& blocking, bool streaming) {
    beast::flat_buffer buffer;
    buffer.reserve(64 * 1024);
    // Of the connections that send a body.
    std::vector<char> piece;
    auto slow = std::make_shared<SlowConnections>();
    for (bool keep_alive = true; keep_alive;) {
        http::request_parser<http::vector_body<char>> parser;
        parser.body_limit(largest_body);
        co_await http::async_read_header(stream, buffer, parser, asio::use_awaitable);
        keep_alive = parser.get().keep_alive();
        Response response;
        if (streaming && parser.get().target() == "/predict") {
            auto length = parser.content_length();
            if (!length || !is_float32(*length)) {
                keep_alive = false;
                response = bad_request();
            } else {
                piece.resize(piece_size);
                response = co_await predict_streaming(stream, buffer, piece, *length);
            }
        } else {
            co_await http::async_read(stream, buffer, parser, asio::use_awaitable);
            response = co_await respond(parser.get(), slow, blocking);
        }
        response.keep_alive(keep_alive);
        response.prepare_payload();
        co_await http::async_write(stream, response, asio::use_awaitable);
    }
    boost::system::error_code already_closed;
    stream.socket().shutdown(tcp::socket::shutdown_send, already_closed);
}

static asio::awaitable<void> accept(tcp::acceptor acceptor, asio::thread_pool& blocking, bool streaming) {
    for (;;) {
        auto strand = asio::make_strand(acceptor.get_executor());
        tcp::socket socket(strand);
        co_await acceptor.async_accept(socket, asio::use_awaitable);
        socket.set_option(tcp::no_delay(true));
        // A client that goes away ends its coroutine with an exception, and nothing else.
        asio::co_spawn(strand, serve(beast::tcp_stream(std::move(socket)), blocking, streaming), asio::detached);
    }
}

int main(int argc, char** argv) {
    unsigned short port = 0;
    int threads = 1;
    bool streaming = false;
    for (int i = 1; i < argc; ++i) {
        std::string option = argv[i];
        if (option == "--streaming") {
            streaming = true;
        } else if (option == "--port" && i + 1 < argc) {
            port = static_cast<unsigned short>(std::stoi(argv[++i]));
        } else if (option == "--threads" && i + 1 < argc) {
            threads = std::stoi(argv[++i]);
        } else {
            std::cerr << "usage: peer --port PORT [--threads N] [--streaming]\n";
            return 2;
        }
    }
    asio::io_context context(threads);
    // For what blocks: as many threads as the server has.
    asio::thread_pool blocking(threads);
    tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), port});
    // Accepted connections have it from the acceptor, and a window as large.
    if (streaming) acceptor.set_option(asio::socket_base::receive_buffer_size(streaming_receive_buffer));
    asio::co_spawn(context, accept(std::move(acceptor), blocking, streaming), [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
    });
    std::vector<std::thread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back([&] { context.run(); });
    context.run();
}
