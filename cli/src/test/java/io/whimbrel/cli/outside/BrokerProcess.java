package io.whimbrel.cli.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A broker as its users run it: the command line in a JVM of its own, told from outside what to do.
 * All it prints is kept.
 */
final class BrokerProcess implements AutoCloseable {
  /** How long anything may take on a slow and busy machine. */
  static final long PATIENCE_SECONDS = 60;

  private static final long LOOK_AGAIN_NANOS = 5_000_000;

  private static final String LAST_LINE_OF_START = "Ctrl-C stops it.";

  private final Process process;
  private final List<String> out = new CopyOnWriteArrayList<>();
  private final List<String> err = new CopyOnWriteArrayList<>();
  private final CountDownLatch startedOrOver = new CountDownLatch(1);
  private final Thread outReader;
  private final Thread errReader;
  private final HttpClient http = HttpClient.newHttpClient();

  private BrokerProcess(List<String> arguments) throws IOException {
    this(arguments, List.of());
  }

  private BrokerProcess(List<String> arguments, List<String> wrapper) throws IOException {
    List<String> all = new ArrayList<>(wrapper);
    all.addAll(command(arguments));
    ProcessBuilder builder = new ProcessBuilder(all);
    // Sessions cross threads in these tests, however few processors there are.
    builder.environment().putIfAbsent("WHIMBREL_LISTENERS_EVENT_LOOPS", "2");
    builder.environment().putIfAbsent("WHIMBREL_OVERLOAD_LOOP_DELAY_MAX", "0"); // slow machines
    process = builder.start();
    outReader = reader(process.getInputStream(), out);
    errReader = reader(process.getErrorStream(), err);
  }

  /** What runs the command line with these arguments, in the JVM of the tests. */
  static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-XX:MarkSweepAlwaysCompactCount=1"); // no dead objects in a histogram
    command.add("-Dio.netty.leakDetection.level=paranoid");
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.whimbrel.cli.Main");
    command.addAll(arguments);
    return command;
  }

  /** Runs the command line with these arguments, whatever comes of it. */
  static BrokerProcess run(String... arguments) throws IOException {
    return new BrokerProcess(List.of(arguments));
  }

  /** A broker that is ready, on free ports. */
  static BrokerProcess start(Path dataDirectory, String... flags)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("--port", "any", "--ws-port", "any"));
    all.addAll(List.of(flags));
    return startWith(dataDirectory, all);
  }

  /** A broker that is ready, and listens where the flags say. */
  static BrokerProcess startWith(Path dataDirectory, List<String> flags)
      throws IOException, InterruptedException {
    return startWrapped(List.of(), dataDirectory, flags);
  }

  /** A broker that is ready, and may open so many files and sockets at most. */
  static BrokerProcess startWithDescriptors(int most, Path dataDirectory, List<String> flags)
      throws IOException, InterruptedException {
    return startWrapped(
        List.of("sh", "-c", "ulimit -n " + most + " && exec \"$@\"", "sh"), dataDirectory, flags);
  }

  private static BrokerProcess startWrapped(
      List<String> wrapper, Path dataDirectory, List<String> flags)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("broker", "--data-dir"));
    arguments.add(dataDirectory.toString());
    arguments.addAll(List.of("--http-port", "any"));
    arguments.addAll(flags);
    BrokerProcess broker = new BrokerProcess(arguments, wrapper);
    try {
      broker.awaitStart();
    } catch (AssertionError | InterruptedException e) {
      broker.close();
      throw e;
    }
    return broker;
  }

  /** Returns once it says that it runs. */
  void awaitStart() throws InterruptedException {
    assertThat(startedOrOver.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("started").isTrue();
    assertThat(out).as(() -> "start message; errors: " + err).contains(LAST_LINE_OF_START);
  }

  // ---------------------------------------------------------------- where it listens

  int tcpPort() {
    return port("mqtt");
  }

  int websocketPort() {
    return port("ws");
  }

  int httpPort() {
    return port("http");
  }

  /** Of the listener with this scheme. */
  int port(String scheme) {
    Pattern address = Pattern.compile("\\b" + scheme + "://127\\.0\\.0\\.1:(\\d+)");
    for (String line : out) {
      Matcher found = address.matcher(line);
      if (found.find()) {
        return Integer.parseInt(found.group(1));
      }
    }
    throw new AssertionError("no " + scheme + " address in " + out);
  }

  // ---------------------------------------------------------------- what it says

  List<String> out() {
    return out;
  }

  List<String> err() {
    return err;
  }

  long pid() {
    return process.pid();
  }

  /** Returns once a line that has this in it was printed. */
  void awaitLine(String part) {
    await(part, () -> out.stream().anyMatch(line -> line.contains(part)));
  }

  /** Looks until it is so, within bounds. */
  void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(() -> what + "; said: " + out).isLessThan(end);
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  /** The sum of a metric over all its labels. */
  double metric(String name) throws IOException, InterruptedException {
    double sum = 0;
    boolean found = false;
    for (String line : page("/metrics").lines().toList()) {
      if (line.startsWith(name + " ") || line.startsWith(name + "{")) {
        sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
        found = true;
      }
    }
    assertThat(found).as("a metric " + name).isTrue();
    return sum;
  }

  /** The bytes of all objects that live. */
  long heapBytes() throws IOException, InterruptedException {
    String histogram = jcmd("GC.class_histogram");
    Matcher total = Pattern.compile("Total +\\d+ +(\\d+)").matcher(histogram);
    assertThat(total.find()).as(histogram).isTrue();
    return Long.parseLong(total.group(1));
  }

  private String jcmd(String command) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process asking =
        new ProcessBuilder(jcmd.toString(), Long.toString(pid()), command)
            .redirectErrorStream(true)
            .start();
    String answer = new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(asking.waitFor()).as(answer).isZero();
    return answer;
  }

  /** What a page of the administrative port says. */
  String page(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + httpPort() + path);
    HttpRequest request = HttpRequest.newBuilder(uri).build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer.body();
  }

  // ---------------------------------------------------------------- the end

  /** Sends SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Sends a signal by its name. */
  void signal(String name) throws IOException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start();
  }

  /** The exit code, once it has ended and all it printed is read. */
  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
    outReader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    errReader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    return process.exitValue();
  }

  /** Stops it in good order and expects that nothing went wrong while it ran. */
  void stopInGoodOrder() throws InterruptedException {
    terminate();
    int code = exitCode();
    assertThat(said("LEAK")).as("buffers that were not released").isEmpty();
    assertThat(said(" ERROR ")).as("errors in the log").isEmpty();
    assertThat(code).as(() -> "exit code; " + err).isZero();
  }

  private List<String> said(String part) {
    List<String> lines = new ArrayList<>(out);
    lines.addAll(err);
    lines.removeIf(line -> !line.contains(part));
    return lines;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private Thread reader(InputStream stream, List<String> lines) {
    Thread thread = new Thread(() -> read(stream, lines), "output of the broker");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void read(InputStream stream, List<String> lines) {
    try (BufferedReader text =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = text.readLine(); line != null; line = text.readLine()) {
        lines.add(line);
        if (line.equals(LAST_LINE_OF_START)) {
          startedOrOver.countDown();
        }
      }
    } catch (IOException e) {
      lines.add("the rest was not read: " + e.getMessage()); // the process was destroyed
    } finally {
      if (lines == out) {
        startedOrOver.countDown();
      }
    }
  }
}
