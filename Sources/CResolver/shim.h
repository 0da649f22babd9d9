#pragma once

/* The C library's resolver: its state and its macros are nothing that Swift can use by itself. */

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

/// One SRV record. Source: RFC 2782
typedef struct {
  unsigned priority;
  unsigned weight;
  unsigned port;
  char target[NS_MAXDNAME];
} postseal_srv;

/// Asks for the SRV records of a name: how many were found, at most `capacity`; 0 also for a name that is not there; -1 when
/// nobody could be asked or the answer is no answer. With a port other than 0 a resolver on that port of loopback is asked.
static inline int postseal_resolve_srv(const char *name, unsigned short port, postseal_srv *records, int capacity) {
  struct __res_state state;
  memset(&state, 0, sizeof state);
  if (res_ninit(&state) != 0) return -1;
  state.retrans = 3;
  state.retry = 2;
  if (port != 0) {
    state.nscount = 1;
    memset(&state.nsaddr_list[0], 0, sizeof state.nsaddr_list[0]);
    state.nsaddr_list[0].sin_family = AF_INET;
    state.nsaddr_list[0].sin_port = htons(port);
    state.nsaddr_list[0].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
  unsigned char answer[NS_MAXMSG];
  int length = res_nquery(&state, name, ns_c_in, ns_t_srv, answer, sizeof answer);
  int problem = state.res_h_errno;
  res_nclose(&state);
  if (length < 0) return problem == HOST_NOT_FOUND || problem == NO_DATA ? 0 : -1;
  if (length > (int)sizeof answer) length = sizeof answer;
  ns_msg message;
  if (ns_initparse(answer, length, &message) != 0) return -1;
  int count = 0;
  for (int index = 0; index < ns_msg_count(message, ns_s_an) && count < capacity; index++) {
    ns_rr record;
    if (ns_parserr(&message, ns_s_an, index, &record) != 0) return -1;
    if (ns_rr_type(record) != ns_t_srv || ns_rr_rdlen(record) < 7) continue;
    const unsigned char *data = ns_rr_rdata(record);
    postseal_srv *out = &records[count];
    out->priority = ns_get16(data);
    out->weight = ns_get16(data + 2);
    out->port = ns_get16(data + 4);
    if (dn_expand(ns_msg_base(message), ns_msg_end(message), data + 6, out->target, sizeof out->target) < 0) return -1;
    count++;
  }
  return count;
}
