/*
 * Load of MQTT-SN 1.2 over UDP, one thread, epoll; see README.md.
 *
 *   snload pairs  PORT PAIRS QOS SECONDS      a publisher and a subscriber each, one message on its way in each pair
 *   snload asleep PORT DEVICES                devices that connect, subscribe and fall asleep; ends on end of input
 *
 * pairs: from the first message that came back it counts for SECONDS, and prints the messages delivered in them, those that
 * took more than a second (and were sent again), and its own CPU time.
 * asleep: prints "asleep N", then waits for a line; then every device wakes up once, in turn, 100 a time, and the messages
 * that came are printed; then the next line, until the input ends. Only loopback.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECT = 4, CONNACK = 5, REGISTER = 10, REGACK = 11, PUBLISH = 12, PUBACK = 13, SUBSCRIBE = 18, SUBACK = 19,
       PINGREQ = 22, PINGRESP = 23, DISCONNECT = 24 };
enum { MATE = 1, GATEWAY = 2 };
enum { ALL = 1 << 21 };

struct device {
    int fd, nr, mate, topic, id;
    int state;          /* what it waits for: a type, or 0 */
    int clean, keep;
    int came;           /* whether its mate has the message, and whether the gateway acknowledged it */
    double asked;       /* when it asked last */
    unsigned char again[64]; /* what it asks once more */
    int again_length;
};

static struct device *devices;
static int qos, epoll_fd;
static long delivered, resent, woken_messages;
static struct sockaddr_in gateway = {.sin_family = AF_INET};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void die(const char *what) {
    fprintf(stderr, "snload: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void say(struct device *d, const unsigned char *m, int n) {
    if (send(d->fd, m, n, 0) < 0 && errno != EAGAIN && errno != ENOBUFS && errno != ECONNREFUSED) die("send");
}

static void ask(struct device *d, int awaited, const unsigned char *m, int n) {
    d->state = awaited;
    d->asked = now();
    d->again_length = n;
    memcpy(d->again, m, n);
    say(d, m, n);
}

static void open_device(struct device *d, int nr, const char *kind) {
    d->nr = nr;
    d->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (d->fd < 0 || connect(d->fd, (struct sockaddr *)&gateway, sizeof gateway)) die("socket");
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = d};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, d->fd, &e)) die("epoll");
    unsigned char m[32] = {0, CONNECT, d->clean ? 4 : 0, 1, d->keep >> 8, d->keep & 255};
    int n = 6 + sprintf((char *)m + 6, "%s%d", kind, nr);
    m[0] = n;
    ask(d, CONNACK, m, n);
}

static void subscribe(struct device *d, const char *topic, int level) {
    unsigned char m[48] = {0, SUBSCRIBE, level << 5, 0, 1};
    int n = 5 + sprintf((char *)m + 5, "%s", topic);
    m[0] = n;
    ask(d, SUBACK, m, n);
}

static void publish(struct device *d) {
    d->id = d->id == 0xffff ? 1 : d->id + 1;
    unsigned char m[32] = {0, PUBLISH, qos << 5, d->topic >> 8, d->topic & 255, qos ? d->id >> 8 : 0, qos ? d->id & 255 : 0};
    int n = 7 + sprintf((char *)m + 7, "%010d", d->id);
    m[0] = n;
    d->came = qos ? 0 : GATEWAY;
    ask(d, PUBLISH, m, n);
}

/* The next one leaves when nothing is missing of the one before. */
static void came(struct device *d, int what) {
    if (d->state != PUBLISH) return;
    d->came |= what;
    if (d->came == (MATE | GATEWAY)) {
        delivered++;
        publish(d);
    }
}

/* In: one datagram. */
static void heard(struct device *d, const unsigned char *m, int n, int asleep) {
    char topic[32];
    switch (m[1]) {
    case CONNACK:
        if (d->state != CONNACK) return;
        if (m[2]) { fprintf(stderr, "snload: refused with %d\n", m[2]); exit(1); }
        d->state = 0;
        if (asleep) {
            sprintf(topic, "s/%d", d->nr);
            subscribe(d, topic, 1);
        } else if (d->nr & 1) { /* subscribers are odd */
            sprintf(topic, "b/%d", d->nr / 2);
            subscribe(d, topic, qos);
        } else {
            unsigned char r[32] = {0, REGISTER, 0, 0, 0, 1};
            int length = 6 + sprintf((char *)r + 6, "b/%d", d->nr / 2);
            r[0] = length;
            ask(d, REGACK, r, length);
        }
        return;
    case SUBACK:
        if (d->state != SUBACK) return;
        d->state = 0;
        if (asleep) {
            unsigned char s[4] = {4, DISCONNECT, 0x8c, 0xa0}; /* ten hours */
            ask(d, DISCONNECT, s, 4);
        }
        return;
    case REGACK:
        if (d->state == REGACK) { d->topic = m[2] << 8 | m[3]; d->state = 0; }
        return;
    case REGISTER: {
        unsigned char r[7] = {7, REGACK, m[2], m[3], m[4], m[5], 0};
        say(d, r, 7);
        return;
    }
    case PUBLISH: {
        if ((m[2] >> 5 & 3) == 1) {
            unsigned char a[7] = {7, PUBACK, m[3], m[4], m[5], m[6], 0};
            say(d, a, 7);
        }
        woken_messages++;
        if (asleep) return;
        struct device *mate = devices + d->mate;
        char told[16];
        sprintf(told, "%010d", mate->id);
        if (n == 17 && !memcmp(m + 7, told, 10)) came(mate, MATE);
        return;
    }
    case PUBACK:
        if ((m[4] << 8 | m[5]) == (d->id & 0xffff)) came(d, GATEWAY);
        return;
    case DISCONNECT:
        if (d->state == DISCONNECT) d->state = 0;
        else { fprintf(stderr, "snload: a device was put out\n"); exit(1); }
        return;
    case PINGRESP:
        if (d->state == PINGRESP) d->state = 0;
        return;
    }
}

static void turn(int asleep, int wait_millis) {
    struct epoll_event events[256];
    int count = epoll_wait(epoll_fd, events, 256, wait_millis);
    for (int i = 0; i < count; i++) {
        struct device *d = events[i].data.ptr;
        unsigned char m[2048];
        for (;;) {
            int n = recv(d->fd, m, sizeof m, 0);
            if (n < 2) break;
            heard(d, m, n, asleep);
        }
    }
}

static void again(int from, int to) {
    double late = now() - 1;
    for (int i = from; i < to; i++) {
        struct device *d = devices + i;
        if (d->state && d->asked < late) {
            resent++;
            d->asked = now();
            if (d->again[1] == PUBLISH && qos) d->again[2] |= 0x80;
            say(d, d->again, d->again_length);
        }
    }
}

static void settle(int from, int to, int asleep) {
    double end = now() + 60;
    for (;;) {
        int waiting = 0;
        for (int i = from; i < to; i++) waiting += devices[i].state != 0;
        if (!waiting) return;
        if (now() > end) { fprintf(stderr, "snload: %d devices had no answer in a minute\n", waiting); exit(1); }
        turn(asleep, 50);
        again(from, to);
    }
}

static double own_cpu(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void pairs(int count, double seconds) {
    devices = calloc(2 * count, sizeof *devices);
    for (int i = 0; i < 2 * count; i++) {
        devices[i].mate = i ^ 1;
        devices[i].clean = 1;
        devices[i].keep = 3600;
        open_device(devices + i, i, "load");
        if (i % 20 == 19) settle(0, i + 1, 0);
    }
    settle(0, 2 * count, 0);
    for (int i = 0; i < 2 * count; i += 2) publish(devices + i);
    while (!delivered) { turn(0, 50); again(0, 2 * count); }
    printf("begun\n");
    fflush(stdout);
    long first = delivered, turns = 0;
    double cpu = own_cpu(), end = now() + seconds;
    while (now() < end) {
        turn(0, 50);
        if (++turns % 256 == 0) again(0, 2 * count);
    }
    printf("%ld %ld %.2f\n", delivered - first, resent, own_cpu() - cpu);
    fflush(stdout);
    for (int i = 0; i < 2 * count; i++) {
        unsigned char bye[2] = {2, DISCONNECT};
        say(devices + i, bye, 2);
    }
}

static void asleep(int count) {
    devices = calloc(count, sizeof *devices);
    for (int i = 0; i < count; i++) {
        devices[i].keep = 3600;
        open_device(devices + i, i, "sleeper");
        if (i % 100 == 99) settle(i - 99, i + 1, 1);
    }
    settle(0, count, 1);
    printf("asleep %d\n", count);
    fflush(stdout);
    char line[16];
    while (fgets(line, sizeof line, stdin)) {
        woken_messages = 0;
        for (int i = 0; i < count; i++) {
            unsigned char m[32] = {0, PINGREQ};
            int n = 2 + sprintf((char *)m + 2, "sleeper%d", i);
            m[0] = n;
            ask(devices + i, PINGRESP, m, n);
            if (i % 100 == 99 || i == count - 1) settle(i - i % 100, i + 1, 1);
        }
        printf("messages %ld\n", woken_messages);
        fflush(stdout);
    }
}

int main(int argc, char **argv) {
    if (argc < 4) { fprintf(stderr, "snload pairs PORT PAIRS QOS SECONDS | snload asleep PORT DEVICES\n"); return 2; }
    gateway.sin_port = htons(atoi(argv[2]));
    gateway.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    epoll_fd = epoll_create1(0);
    int count = atoi(argv[3]);
    if (count < 1 || count > ALL) { fprintf(stderr, "snload: 1 to %d devices\n", ALL); return 2; }
    if (!strcmp(argv[1], "pairs") && argc == 6) {
        qos = atoi(argv[4]);
        pairs(count, atof(argv[5]));
    } else if (!strcmp(argv[1], "asleep")) {
        asleep(count);
    } else return 2;
    return 0;
}
