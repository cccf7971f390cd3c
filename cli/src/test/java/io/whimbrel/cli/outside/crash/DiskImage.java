package io.whimbrel.cli.outside.crash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A directory as a disk may have it after a power cut, from the journal of {@code proof/shim}: what
 * was synced, and of the rest nothing, or some.
 *
 * <p>A file's bytes are safe when that file was synced after they were written, its name when its
 * directory was synced after it was given; neither helps the other. What was synced is sure; {@link
 * Rest} says what becomes of the rest.
 */
final class DiskImage {
  /** What becomes of that which was not synced. */
  enum Rest {
    /** It is gone. */
    LOST,
    /** What came first is there, up to some moment. */
    BEGINNING,
    /** Any of it is there, pages in any order; names up to some moment in each directory. */
    SOME,
    /** Names and lengths are there, bytes are zeros. */
    ZEROS
  }

  private static final int MAGIC = 0x31524A57;
  private static final int HEAD_BYTES = 56;
  private static final int SECTOR = 512;

  /** A file or a directory: what the disk has for sure, and what was done since. */
  private static final class Node {
    byte[] safe = new byte[0];
    final List<Change> changes = new ArrayList<>();
  }

  /** A change of a file's bytes; {@code bytes} null: only of its length. */
  private record Change(int at, long offset, byte[] bytes, long length) {}

  /**
   * A change of names: a path that has a node now, or none where that is null.
   *
   * @param from where a directory was that has moved here, at once and with all that is in it, as
   *     file systems with a journal do it; else null
   */
  private record Naming(int at, String path, Node node, String from) {}

  private record Sync(Node file, String directory, int upTo) {}

  private final String root;
  private final Map<String, Node> names = new HashMap<>();
  private final Map<String, Node> safeNames = new HashMap<>();
  private final Map<String, List<Naming>> namings = new HashMap<>();
  private final Map<Long, Node> filesByNumber = new HashMap<>();
  private final Map<Long, String> directoriesByNumber = new HashMap<>();
  private final Map<Long, Sync> syncs = new HashMap<>();
  private final Map<String, List<byte[]>> mapped = new HashMap<>();
  private final List<String> failures = new ArrayList<>();
  private int count;
  private int done;

  /**
   * @param base the directory as it was when the process began, all of it safe
   * @param root the path it had then
   */
  DiskImage(Path base, Path root) throws IOException {
    this.root = root.toString();
    if (!Files.exists(base)) {
      return;
    }
    try (Stream<Path> all = Files.walk(base)) {
      for (Path each : all.toList()) {
        String path = root.resolve(base.relativize(each)).toString();
        Node node = new Node();
        node.safe = Files.isDirectory(each) ? null : Files.readAllBytes(each);
        names.put(strip(path), node);
        safeNames.put(strip(path), node);
      }
    }
  }

  private static String strip(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  // ---------------------------------------------------------------- reading

  /** Takes on what the journal says; its last record may be cut. */
  void read(Path journal) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(journal)).order(ByteOrder.LITTLE_ENDIAN);
    while (in.remaining() >= HEAD_BYTES) {
      if (in.getInt() != MAGIC) {
        throw new IOException("no record at " + in.position() + " of " + journal);
      }
      final int op = in.get();
      final int flags = in.get();
      final int pathLength = in.getShort();
      final int otherLength = in.getShort();
      in.position(in.position() + 6 + Long.BYTES); // the time, too, is for people
      final long file = in.getLong();
      final long offset = in.getLong();
      final long length = in.getLong();
      final int bytes = (int) in.getLong();
      if (in.remaining() < pathLength + otherLength + bytes) {
        return;
      }
      String path = text(in, pathLength);
      String other = text(in, otherLength);
      byte[] content = new byte[bytes];
      in.get(content);
      count++;
      apply(op, flags, path, other, file, offset, length, content);
    }
  }

  private static String text(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return strip(new String(bytes, StandardCharsets.UTF_8));
  }

  private void apply(
      int op,
      int flags,
      String path,
      String other,
      long file,
      long offset,
      long length,
      byte[] content) {
    switch (op) {
      case 1 -> {
        Node node = new Node();
        filesByNumber.put(file, node);
        name(path, node);
      }
      case 2 -> {
        if (flags == 1) {
          directoriesByNumber.put(file, path);
        } else {
          filesByNumber.put(file, names.computeIfAbsent(path, p -> new Node()));
        }
      }
      case 3 -> change(file, new Change(count, offset, content, 0));
      case 4 -> change(file, new Change(count, 0, null, length));
      case 5 -> allocate(file, flags, offset + length);
      case 6 -> {
        Node node = names.get(path);
        if (node != null && node.safe == null) {
          moveDirectory(path, other, node);
        } else {
          name(path, null);
          name(other, node);
        }
      }
      case 7, 9 -> name(path, null);
      case 8 -> {
        Node node = new Node();
        node.safe = null;
        name(path, node);
      }
      case 10 ->
          syncs.put(
              offset, new Sync(filesByNumber.get(file), directoriesByNumber.get(file), count));
      case 11 -> {
        Sync sync = syncs.remove(offset);
        if (flags == 0 && sync != null) {
          synced(sync);
        }
      }
      case 12 -> mapped.computeIfAbsent(path, p -> new ArrayList<>()).add(content);
      case 13 -> failures.add(path + " number " + length);
      default -> throw new IllegalStateException("a record of kind " + op);
    }
  }

  private void name(String path, Node node) {
    if (node == null) {
      names.remove(path);
    } else {
      names.put(path, node);
    }
    unsynced(parent(path)).add(new Naming(count, path, node, null));
  }

  private static String parent(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  private List<Naming> unsynced(String directory) {
    return namings.computeIfAbsent(directory, d -> new ArrayList<>());
  }

  /** It is safe when either of the directories is synced that it was and is in. */
  private void moveDirectory(String from, String to, Node node) {
    move(names, from, to);
    move(mapped, from, to);
    move(namings, from, to);
    for (Map.Entry<String, List<Naming>> each : namings.entrySet()) {
      if (isIn(each.getKey(), to)) {
        each.getValue()
            .replaceAll(
                n -> new Naming(n.at, n.path.replace(from + "/", to + "/"), n.node, n.from));
      }
    }
    directoriesByNumber.replaceAll(
        (number, path) -> isIn(path, from) ? to + path.substring(from.length()) : path);
    Naming moved = new Naming(count, to, node, from);
    unsynced(parent(from)).add(moved);
    if (!parent(to).equals(parent(from))) {
      unsynced(parent(to)).add(moved);
    }
  }

  private static boolean isIn(String path, String directory) {
    return path.equals(directory) || path.startsWith(directory + "/");
  }

  private static <T> void move(Map<String, T> all, String from, String to) {
    for (String path : List.copyOf(all.keySet())) {
      if (isIn(path, from)) {
        all.put(to + path.substring(from.length()), all.remove(path));
      }
    }
  }

  private void change(long file, Change change) {
    filesByNumber.get(file).changes.add(change);
  }

  /** Room that was found; it counts as length unless the caller keeps that. */
  private void allocate(long file, int flags, long end) {
    Node node = filesByNumber.get(file);
    boolean keepsSize = (flags & 1) != 0;
    if (!keepsSize && length(node) < end) {
      node.changes.add(new Change(count, 0, null, end));
    }
  }

  private static long length(Node node) {
    long length = node.safe.length;
    for (Change each : node.changes) {
      length = each.bytes == null ? each.length : Math.max(length, each.offset + each.bytes.length);
    }
    return length;
  }

  private void synced(Sync sync) {
    if (sync.file != null) {
      List<Change> safe = sync.file.changes.stream().filter(c -> c.at <= sync.upTo).toList();
      sync.file.safe = changed(sync.file.safe, safe);
      sync.file.changes.removeAll(safe);
    } else if (sync.directory != null) {
      List<Naming> now = unsynced(sync.directory).stream().filter(n -> n.at <= sync.upTo).toList();
      now.forEach(n -> apply(safeNames, n));
      namings.values().forEach(each -> each.removeAll(now));
    }
  }

  private static void apply(Map<String, Node> to, Naming naming) {
    if (naming.from != null) {
      move(to, naming.from, naming.path);
    } else if (naming.node == null) {
      to.remove(naming.path);
    } else {
      to.put(naming.path, naming.node);
    }
  }

  private static byte[] changed(byte[] before, List<Change> changes) {
    byte[] bytes = before;
    int length = before.length;
    for (Change each : changes) {
      int end = (int) (each.bytes == null ? each.length : each.offset + each.bytes.length);
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
      }
      if (each.bytes == null) {
        if (end < length) {
          Arrays.fill(bytes, end, length, (byte) 0);
        }
        length = end;
      } else {
        System.arraycopy(each.bytes, 0, bytes, (int) each.offset, each.bytes.length);
        length = Math.max(length, end);
      }
    }
    return Arrays.copyOf(bytes, length);
  }

  /** What was made to fail. */
  List<String> failures() {
    return failures;
  }

  /** How many things were done below the directory. */
  int records() {
    return count;
  }

  // ---------------------------------------------------------------- writing

  /** Puts the directory there as it may be. */
  void write(Path directory, Rest rest, Random random) throws IOException {
    int moment = random.nextInt(count + 1);
    Map<String, Node> kept = new TreeMap<>(safeNames);
    Set<Naming> chosen =
        new TreeSet<>(Comparator.comparingInt(Naming::at).thenComparing(Naming::path));
    for (List<Naming> each : namings.values()) {
      int part = rest == Rest.ZEROS ? each.size() : random.nextInt(each.size() + 1);
      for (int i = 0; i < each.size() && rest != Rest.LOST; i++) {
        if (rest == Rest.BEGINNING ? each.get(i).at <= moment : i < part) {
          chosen.add(each.get(i));
        }
      }
    }
    chosen.forEach(naming -> apply(kept, naming));
    Files.createDirectories(directory);
    Set<String> directories = new HashSet<>(Set.of(root));
    for (Map.Entry<String, Node> each : kept.entrySet()) {
      String path = each.getKey();
      boolean reachable = path.length() > root.length() && directories.contains(parent(path));
      if (path.equals(root) || !reachable) {
        continue;
      }
      Path to = directory.resolve(path.substring(root.length() + 1));
      if (each.getValue().safe == null) {
        Files.createDirectories(to);
        directories.add(path);
      } else {
        Files.write(to, bytes(path, each.getValue(), rest, moment, random));
        done++;
      }
    }
  }

  private byte[] bytes(String path, Node node, Rest rest, int moment, Random random) {
    List<byte[]> memory = mapped.get(path);
    if (memory != null) { // the operating system writes it back when it likes
      byte[] before = changed(node.safe, node.changes);
      int any = random.nextInt(memory.size() + 1);
      return any == memory.size() ? before : memory.get(any);
    }
    List<Change> kept = new ArrayList<>();
    for (Change each : node.changes) {
      switch (rest) {
        case LOST -> {}
        case BEGINNING -> {
          if (each.at <= moment) {
            kept.add(each);
          }
        }
        case SOME -> {
          if (random.nextBoolean()) {
            kept.add(random.nextInt(4) == 0 ? torn(each, random) : each);
          }
        }
        case ZEROS ->
            kept.add(
                each.bytes == null
                    ? each
                    : new Change(each.at, each.offset, new byte[each.bytes.length], 0));
      }
    }
    return changed(node.safe, kept);
  }

  /** Some sectors of a write, from its beginning. */
  private static Change torn(Change whole, Random random) {
    if (whole.bytes == null) {
      return whole;
    }
    int toBoundary = (int) (SECTOR - whole.offset % SECTOR);
    int sectors = Math.max(0, whole.bytes.length - toBoundary) / SECTOR;
    int length = toBoundary + SECTOR * random.nextInt(sectors + 1);
    if (length >= whole.bytes.length) {
      return whole;
    }
    return new Change(whole.at, whole.offset, Arrays.copyOf(whole.bytes, length), 0);
  }

  @Override
  public String toString() {
    return count + " records, " + done + " files";
  }
}
