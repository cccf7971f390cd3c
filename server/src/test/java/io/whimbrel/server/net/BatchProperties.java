package io.whimbrel.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class BatchProperties {
  @Property
  void bytesLeaveInTheOrderTheyCame(
      @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 20_000) Integer> steps) {
    Batch batch = new Batch();
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ByteBuf taken = Unpooled.buffer();
    int next = 0;
    for (int step : steps) {
      byte[] bytes = new byte[step / 3];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) next++;
      }
      switch (step % 3) {
        case 0 -> {
          batch.writer().putBytes(bytes, 0, bytes.length);
          written.writeBytes(bytes);
        }
        case 1 -> {
          batch.addShared(bytes);
          written.writeBytes(bytes);
        }
        default -> {
          batch.moveTo(taken, step);
          batch.compact();
        }
      }
      assertThat(batch.remaining()).isEqualTo(written.size() - taken.readableBytes());
    }
    batch.moveTo(taken, Integer.MAX_VALUE);

    assertThat(batch.remaining()).isZero();
    byte[] all = new byte[taken.readableBytes()];
    taken.readBytes(all);
    assertThat(all).isEqualTo(written.toByteArray());
  }
}
