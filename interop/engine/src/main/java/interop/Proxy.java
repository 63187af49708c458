package interop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that passes everything on to another one, and changes what comes back. */
final class Proxy
        implements AutoCloseable
{
    /** Changes the body of an answer. */
    interface Change
    {
        byte[] apply(String path, byte[] answer)
                throws IOException;
    }

    /** What an HTTP client sets by itself. */
    private static final List<String> OWN = List.of("host", "connection", "content-length", "transfer-encoding", "expect", "upgrade", "http2-settings");

    private final URI to;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(8, r -> {
        Thread t = new Thread(r);
        t.setDaemon(true);
        return t;
    });
    private volatile Change change = (path, answer) -> answer;

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // or each answer takes 40 ms
    }

    Proxy(URI to)
            throws IOException
    {
        this.to = to;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::pass);
        server.setExecutor(threads);
        server.start();
    }

    URI url()
    {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void changing(Change c)
    {
        change = c;
    }

    private void pass(HttpExchange x)
            throws IOException
    {
        try (x) {
            HttpRequest.Builder b = HttpRequest.newBuilder(to.resolve(x.getRequestURI())).method(x.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(x.getRequestBody().readAllBytes()));
            x.getRequestHeaders().forEach((name, values) -> {
                if (!OWN.contains(name.toLowerCase())) {
                    values.forEach(v -> b.header(name, v));
                }
            });
            HttpResponse<byte[]> answer = client.send(b.build(), HttpResponse.BodyHandlers.ofByteArray());
            byte[] body = change.apply(x.getRequestURI().getPath(), answer.body());
            answer.headers().map().forEach((name, values) -> {
                if (!OWN.contains(name.toLowerCase())) {
                    x.getResponseHeaders().put(name, values);
                }
            });
            if (x.getRequestMethod().equals("HEAD")) {
                answer.headers().firstValue("content-length").ifPresent(n -> x.getResponseHeaders().set("Content-Length", n));
            }
            if (body != answer.body()) {
                x.getResponseHeaders().keySet().removeIf(name -> name.toLowerCase().startsWith("x-amz-checksum"));
            }
            x.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
            x.getResponseBody().write(body);
        }
        catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close()
    {
        server.stop(0);
        threads.shutdownNow();
    }
}
