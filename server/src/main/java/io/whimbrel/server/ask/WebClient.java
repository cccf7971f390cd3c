package io.whimbrel.server.ask;

import io.whimbrel.server.ask.AskException.Why;
import io.whimbrel.server.config.HttpUrl;
import io.whimbrel.server.files.AuthFileException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks by HTTP/1.1. Follows no redirection: a secret goes where its owner said, and nowhere else.
 * One time holds for all of a question, from the connection to the last byte; a body is at most 1
 * MiB, and 64 questions are under way at once: whoever finds so many has failed. Callable from
 * every thread; it has two of its own, which leave when there is nothing to do.
 */
public final class WebClient implements Web, AutoCloseable {
  private static final int BODY_BYTES_MAX = 1 << 20;
  private static final int QUESTIONS_MAX = 64;
  private static final int THREADS = 2;
  private static final int IDLE_SECONDS = 10;
  private static final String STOPPED = "is asked nothing more, as the broker stops";
  private static final Pattern MAX_AGE =
      Pattern.compile("(?i)(?:^|,)\\s*max-age\\s*=\\s*\"?([0-9]{1,10})\"?\\s*(?=,|$)");
  private static final Pattern NO_AGE =
      Pattern.compile("(?i)(?:^|,)\\s*(no-store|no-cache)\\s*(?=,|$)");

  private final HttpClient http;
  private final long timeoutMillis;
  private final boolean plain;
  private final Semaphore free = new Semaphore(QUESTIONS_MAX);
  private final Map<Long, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();
  private final AtomicLong number = new AtomicLong();
  private volatile boolean closed;

  /**
   * One that asks nobody yet.
   *
   * @param timeoutMillis for all of a question
   * @param plain whether http to other machines is allowed
   * @param ca whose certificates count, in PEM; empty: those that the Java runtime trusts
   */
  public WebClient(long timeoutMillis, boolean plain, Optional<Path> ca) throws AuthFileException {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // of what at most so many questions need
            work -> {
              Thread thread = new Thread(work, "whimbrel-ask");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofMillis(timeoutMillis))
            .executor(threads);
    if (ca.isPresent()) {
      builder.sslContext(TrustFile.context(ca.get()));
    }
    this.http = builder.build();
    this.timeoutMillis = timeoutMillis;
    this.plain = plain;
  }

  /** What is wrong with a URL, to be read behind its name; empty: it may be asked. */
  public String checkUrl(URI uri) {
    return HttpUrl.problem(uri, plain);
  }

  @Override
  public CompletionStage<Reply> send(Question question) {
    String problem = checkUrl(question.uri());
    if (!problem.isEmpty()) {
      return failed(Why.USELESS, "has a URL that " + problem);
    }
    if (closed) {
      return failed(Why.BUSY, STOPPED);
    }
    if (!free.tryAcquire()) {
      return failed(Why.BUSY, "is asked " + QUESTIONS_MAX + " questions already");
    }
    CompletableFuture<HttpResponse<byte[]>> exchange;
    try {
      exchange = http.sendAsync(request(question), head -> new BoundedBody(BODY_BYTES_MAX));
    } catch (RuntimeException refused) { // whose message may hold a header
      free.release();
      return failed(Why.USELESS, "cannot be asked this question");
    }
    long mine = number.incrementAndGet();
    underWay.put(mine, exchange);
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    exchange
        .thenApply(WebClient::reply)
        .orTimeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .whenComplete(
            (reply, error) -> {
              underWay.remove(mine);
              free.release();
              if (error == null) {
                answer.complete(reply);
              } else {
                exchange.cancel(true);
                answer.completeExceptionally(worded(error));
              }
            });
    if (closed) {
      exchange.cancel(true);
    }
    return answer;
  }

  private static HttpRequest request(Question question) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(question.uri())
            .method(
                question.method(),
                question.body().length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(question.body()));
    question.headers().forEach(request::setHeader);
    return request.build();
  }

  private static Reply reply(HttpResponse<byte[]> response) {
    String caching = String.join(",", response.headers().allValues("cache-control"));
    return new Reply(response.statusCode(), response.body(), maxAgeSeconds(caching));
  }

  private static long maxAgeSeconds(String caching) {
    if (NO_AGE.matcher(caching).find()) {
      return 0;
    }
    Matcher said = MAX_AGE.matcher(caching);
    return said.find() ? Long.parseLong(said.group(1)) : -1;
  }

  private AskException worded(Throwable error) {
    if (closed) {
      return new AskException(Why.BUSY, STOPPED);
    }
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof AskException known) {
        return known;
      }
    }
    if (cause instanceof TimeoutException) {
      return new AskException(Why.DOWN, "gave no answer within " + timeoutMillis + " ms");
    }
    String message = cause.getMessage(); // of the transport, which knows no secrets
    String what = message == null ? "" : ": " + message;
    return new AskException(
        Why.DOWN, "cannot be asked: " + cause.getClass().getSimpleName() + what);
  }

  private static CompletionStage<Reply> failed(Why why, String message) {
    return CompletableFuture.failedFuture(new AskException(why, message));
  }

  /** Gives up what is under way, and asks nothing more. */
  @Override
  public void close() {
    closed = true;
    underWay.values().forEach(exchange -> exchange.cancel(true));
  }
}
