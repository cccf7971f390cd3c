package io.whimbrel.client.internal;

import io.whimbrel.client.internal.OutboxRecord.Kind;
import io.whimbrel.codec.ByteWriter;
import io.whimbrel.codec.Publish;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An outbox on disk: a directory that one client has at a time, with a log of all steps. The
 * session adds records to a buffer; at the end of its turn that goes to {@link OutboxWriter}, which
 * never keeps it waiting.
 *
 * <p>Memory: what is handed over and not written is the records of messages that are not done, and
 * those of messages that were given up since they were handed over. A message that is given up in
 * the turn it joined in leaves no record.
 *
 * <p>Owned by its session, but for what the writer owns.
 */
public final class FileOutbox implements Outbox {
  /** The size of a file of the log, after which the next one is begun. */
  public static final long SEGMENT_BYTES = 16L << 20;

  /** Smaller ones would hold little more than what each file of the log has to begin and end. */
  public static final long SEGMENT_BYTES_MIN = 1 << 10;

  private static final int NOWHERE = -1;

  private final OutboxFiles files;
  private final String clientId;
  private final boolean sync;
  private final long segmentBytes;

  // Valid while it is open.
  private List<Integer> received = List.of();
  private @Nullable OutboxWriter writer;
  private boolean closed;
  private long position;

  // Valid for the turn.
  private ByteWriter records = new ByteWriter(OutboxWriter.BUFFER_BYTES);
  private long committed;

  /** The message whose record is the last one in the buffer, and where that begins. */
  private long newest;

  private int newestFrom = NOWHERE;

  /**
   * An outbox with files of the usual size.
   *
   * @see #FileOutbox(Path, String, boolean, long)
   */
  public FileOutbox(Path directory, String clientId, boolean sync) {
    this(directory, clientId, sync, SEGMENT_BYTES);
  }

  /**
   * An outbox, which touches no file until it is opened.
   *
   * @param directory made where it is missing; of one client identifier for good
   * @param sync whether a step is safe only on the disk itself, where it outlives a power cut; else
   *     once the operating system has it, where it outlives the process
   */
  public FileOutbox(Path directory, String clientId, boolean sync, long segmentBytes) {
    this(new DirectoryFiles(directory), clientId, sync, segmentBytes);
  }

  FileOutbox(OutboxFiles files, String clientId, boolean sync, long segmentBytes) {
    if (segmentBytes < SEGMENT_BYTES_MIN) {
      throw new IllegalArgumentException("segments of " + segmentBytes + " bytes");
    }
    this.files = files;
    this.clientId = clientId;
    this.sync = sync;
    this.segmentBytes = segmentBytes;
  }

  // ---------------------------------------------------------------- opening

  /**
   * {@inheritDoc}
   *
   * @throws OutboxException it is in use, another client's, damaged, or cannot be read
   */
  @Override
  public List<Kept> open(Listener listener) {
    if (writer != null || closed) {
      throw new IllegalStateException("an outbox is opened once");
    }
    try {
      return openLocked(listener);
    } catch (IOException failure) {
      throw new OutboxException(
          "The outbox in "
              + files
              + " cannot be opened: "
              + OutboxException.said(failure)
              + ". Check that the directory can be written and the disk has room",
          failure);
    }
  }

  private List<Kept> openLocked(Listener listener) throws IOException {
    files.lock();
    try {
      OutboxLog log = new OutboxOpening(files, clientId, segmentBytes).open();
      List<Kept> kept = found(log);
      OutboxWriter fresh = new OutboxWriter(log, files, sync, listener);
      fresh.start();
      writer = fresh;
      return kept;
    } finally {
      if (writer == null) {
        files.unlock();
      }
    }
  }

  private List<Kept> found(OutboxLog log) throws IOException {
    boolean read = false;
    try {
      List<Kept> kept = log.kept();
      received = log.received();
      read = true;
      return kept;
    } finally {
      if (!read) {
        log.close();
      }
    }
  }

  @Override
  public List<Integer> received() {
    return received;
  }

  // ---------------------------------------------------------------- steps

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException no packet can hold the message, or no client may publish it;
   *     it has not joined
   */
  @Override
  public long append(long sequence, Publish message) {
    OutboxRecord.check(message);
    ByteWriter out = room();
    int from = out.size();
    OutboxRecord.message(out, sequence, message);
    newest = sequence;
    newestFrom = from;
    return ++position;
  }

  @Override
  public long assigned(long sequence, int packetId) {
    OutboxRecord.assigned(room(), sequence, packetId);
    return ++position;
  }

  @Override
  public long released(long sequence) {
    OutboxRecord.step(room(), Kind.RELEASED, sequence);
    return ++position;
  }

  @Override
  public void done(long sequence) {
    if (newestFrom != NOWHERE && newest == sequence) {
      takeBack();
    } else {
      OutboxRecord.step(room(), Kind.DONE, sequence);
      position++;
    }
  }

  /** As if the newest message had never joined; its position is reached all the same. */
  private void takeBack() {
    records.truncate(newestFrom);
    newestFrom = NOWHERE;
    if (records.size() == 0 && records.array().length > OutboxWriter.SPARE_BYTES_MAX) {
      records = new ByteWriter(OutboxWriter.BUFFER_BYTES);
    }
  }

  @Override
  public long received(int packetId) {
    OutboxRecord.identifier(room(), Kind.RECEIVED, packetId);
    return ++position;
  }

  @Override
  public long completed(int packetId) {
    OutboxRecord.identifier(room(), Kind.COMPLETED, packetId);
    return ++position;
  }

  @Override
  public void forgetReceived() {
    OutboxRecord.forgotten(room());
    position++;
  }

  /** Where the next record goes, behind which none before it can be taken back. */
  private ByteWriter room() {
    newestFrom = NOWHERE;
    if (records.size() >= OutboxWriter.BUFFER_BYTES) {
      records = writer().hand(records);
    }
    return records;
  }

  @Override
  public void commit() {
    newestFrom = NOWHERE;
    if (committed == position) {
      return;
    }
    committed = position;
    if (records.size() > 0) {
      records = writer().hand(records);
    }
    writer().commit(position);
  }

  private OutboxWriter writer() {
    if (writer == null || closed) {
      throw new IllegalStateException("the outbox is not open");
    }
    return writer;
  }

  // ---------------------------------------------------------------- closing

  /** {@inheritDoc} Waits for the disk. */
  @Override
  public void close() {
    if (writer == null || closed) {
      return;
    }
    commit();
    closed = true;
    writer.close();
    try {
      files.unlock();
    } catch (IOException failure) {
      throw new OutboxException(
          "The lock of the outbox in " + files + " cannot be released", failure);
    }
  }
}
