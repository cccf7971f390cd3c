package io.whimbrel.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RocksDB's log format, made by hand; what RocksDB writes itself is read in DamageTest. */
final class LogFileTest {
  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int MIDDLE = 3;
  private static final int LAST = 4;

  @TempDir private Path directory;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  @Test
  void recordsComeInOrderWithTheirPlaces() throws Exception {
    part(FULL, "one");
    part(FIRST, "tw").part(MIDDLE, "").part(LAST, "o");

    assertThat(read()).containsExactly("0 to 10: one", "10 to 34: two");
  }

  @Test
  void filesThatAreUsedAgainHaveLongerHeaders() throws Exception {
    part(FULL + 4, "....one");
    part(FIRST + 4, "....tw").part(LAST + 4, "....o");

    assertThat(read()).containsExactly("0 to 14: one", "14 to 39: two");
  }

  @Test
  void recordsOfOtherTypesArePassedOver() throws Exception {
    part(9, "compression").part(10, "time stamps").part(130, "predecessor").part(FULL, "one");

    assertThat(read()).containsExactly("54 to 64: one");
  }

  @Test
  void aTypeThatMayNotBePassedOverIsBroken() throws Exception {
    part(12, "x").part(FULL, "one");

    assertThat(read())
        .containsExactly("0 broken: a record is of the unknown type 12", "8 to 18: one");
  }

  @Test
  void fewerBytesThanAHeaderAtTheEndOfABlockAreFilled() throws Exception {
    part(FULL, "x".repeat(LogFile.BLOCK_BYTES - 7 - 6));
    log.write(new byte[6]);
    part(FULL, "one");

    assertThat(read().get(1)).isEqualTo("32768 to 32778: one");
  }

  @Test
  void behindABrokenChecksumTheNextRecordIsFound() throws Exception {
    part(FULL, "one").part(FULL, "two");
    byte[] bytes = log.toByteArray();
    bytes[8] ^= 1;

    assertThat(read(bytes)).containsExactly("0 broken: a checksum does not match", "10 to 20: two");
  }

  @Test
  void behindABrokenLengthTheNextBlockIsRead() throws Exception {
    part(FULL, "one").part(FULL, "x".repeat(LogFile.BLOCK_BYTES - 17)).part(FULL, "two");
    byte[] bytes = log.toByteArray();
    bytes[5] = (byte) 0xFF;

    assertThat(read(bytes)).containsExactly("0 broken: a length is wrong", "32768 to 32778: two");
  }

  @Test
  void aBrokenPartTakesItsRecordWithItAndNoOther() throws Exception {
    part(FULL, "one").part(FIRST, "tw").part(MIDDLE, "o").part(LAST, "!").part(FULL, "three");
    byte[] bytes = log.toByteArray();
    bytes[10 + 9 + 7] ^= 1;

    assertThat(read(bytes))
        .containsExactly("0 to 10: one", "10 broken: a checksum does not match", "35 to 47: three");
  }

  @Test
  void zerosBehindTheLastRecordAreNothing() throws Exception {
    part(FULL, "one");
    log.write(new byte[100_000]);

    assertThat(read()).containsExactly("0 to 10: one");
  }

  @Test
  void zerosWithARecordBehindThemAreBroken() throws Exception {
    part(FULL, "one");
    log.write(new byte[LogFile.BLOCK_BYTES - 10]);
    part(FULL, "two");

    assertThat(read())
        .containsExactly(
            "0 to 10: one", "10 broken: zeros stand where a record should", "32768 to 32778: two");
  }

  @Test
  void aRecordThatIsCutOffIsBrokenWhereItBegins() throws Exception {
    part(FULL, "one").part(FIRST, "tw").part(LAST, "o");
    byte[] bytes = log.toByteArray();
    for (int length = 11; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThat(read(cut)).as("%d bytes", length).hasSize(2);
      assertThat(read(cut).get(1)).startsWith("10 broken: ");
    }
  }

  private LogFileTest part(int type, String payload) {
    byte[] text = payload.getBytes(StandardCharsets.US_ASCII);
    CRC32C crc = new CRC32C();
    crc.update(type);
    crc.update(text);
    int sum = (int) crc.getValue();
    ByteBuffer header = ByteBuffer.allocate(7).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt((sum >>> 15 | sum << 17) + 0xA282EAD8);
    int number = type > LAST && type <= 2 * LAST ? 4 : 0; // the first four characters stand for it
    header.putShort((short) (text.length - number)).put((byte) type);
    log.writeBytes(header.array());
    log.writeBytes(text);
    return this;
  }

  private List<String> read() throws IOException {
    return read(log.toByteArray());
  }

  private List<String> read(byte[] bytes) throws IOException {
    Path file = Files.write(directory.resolve("000001.log"), bytes);
    List<String> heard = new ArrayList<>();
    LogFile.read(
        file,
        new LogFile.Visitor() {
          @Override
          public void onRecord(long from, long to, byte[] record) {
            heard.add(from + " to " + to + ": " + new String(record, StandardCharsets.US_ASCII));
          }

          @Override
          public void onBroken(long from, String why) {
            heard.add(from + " broken: " + why);
          }
        });
    return heard;
  }
}
