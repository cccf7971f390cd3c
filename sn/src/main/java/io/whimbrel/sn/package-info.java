/** MQTT-SN devices as clients of the broker: state machines over its core, and ports to links. */
@NullMarked
package io.whimbrel.sn;

import org.jspecify.annotations.NullMarked;
