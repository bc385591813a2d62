// The routes on net/http. With -streaming, /predict reduces as it reads instead of taking the whole body first.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// The default keeps two connections to a host; /fanout makes ten calls at once.
var client = &http.Client{
	Timeout:   30 * time.Second,
	Transport: &http.Transport{MaxIdleConnsPerHost: 2000},
}

var slow = "http://127.0.0.1:" + os.Getenv("SLOW_PORT") + "/slow"

func text(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		io.WriteString(w, answer)
	}
}

// A sleeping goroutine holds no thread, so that waiting and blocking are one.
func wait(w http.ResponseWriter, r *http.Request) {
	time.Sleep(time.Second)
	text("waited\n")(w, r)
}

func callSlow() bool {
	response, err := client.Get(slow)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return err == nil && string(body) == "slow\n"
}

func fanout(w http.ResponseWriter, r *http.Request) {
	var right atomic.Int64
	var calls sync.WaitGroup
	for i := 0; i < 10; i++ {
		calls.Add(1)
		go func() {
			defer calls.Done()
			if callSlow() {
				right.Add(1)
			}
		}()
	}
	calls.Wait()
	text(fmt.Sprintf("%d\n", right.Load()))(w, r)
}

func main() {
	port := flag.Int("port", 0, "where to listen")
	streaming := flag.Bool("streaming", false, "reduce bodies as they are read")
	flag.Parse()

	http.HandleFunc("/hello", text("hello\n"))
	http.HandleFunc("/wait", wait)
	http.HandleFunc("/wait-blocking", wait)
	http.HandleFunc("/fanout", fanout)
	if *streaming {
		http.HandleFunc("/predict", predictStreaming)
	} else {
		http.HandleFunc("/predict", predict)
	}
	config := net.ListenConfig{}
	if *streaming {
		config.Control = enlargeReceiveBuffer
	}
	listener, err := config.Listen(context.Background(), "tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.Serve(listener, nil))
}

// enlargeReceiveBuffer gives accepted connections two mebibytes, which was the fastest of what was tried.
func enlargeReceiveBuffer(_, _ string, socket syscall.RawConn) error {
	var err error
	controlErr := socket.Control(func(descriptor uintptr) {
		err = syscall.SetsockoptInt(int(descriptor), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 2<<20)
	})
	if controlErr != nil {
		return controlErr
	}
	return err
}
