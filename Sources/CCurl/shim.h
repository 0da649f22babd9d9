#pragma once

#include <curl/curl.h>

/* libcurl is loaded when it is first needed, so nothing here links against it. What Swift cannot call by itself are the
   functions with variable arguments: these wrappers give each kind of argument its type, and take the function found in
   the library. */

typedef CURLcode (*postseal_curl_setopt)(CURL *, CURLoption, ...);
typedef CURLcode (*postseal_curl_getinfo)(CURL *, CURLINFO, ...);
typedef size_t (*postseal_curl_write)(char *, size_t, size_t, void *);
typedef int (*postseal_curl_progress)(void *, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

static inline CURLcode postseal_curl_set_long(postseal_curl_setopt set, CURL *handle, CURLoption option, long value) {
  return set(handle, option, value);
}

static inline CURLcode postseal_curl_set_string(
    postseal_curl_setopt set, CURL *handle, CURLoption option, const char *value) {
  return set(handle, option, value);
}

static inline CURLcode postseal_curl_set_pointer(
    postseal_curl_setopt set, CURL *handle, CURLoption option, void *value) {
  return set(handle, option, value);
}

static inline CURLcode postseal_curl_set_write(
    postseal_curl_setopt set, CURL *handle, CURLoption option, postseal_curl_write value) {
  return set(handle, option, value);
}

static inline CURLcode postseal_curl_set_progress(
    postseal_curl_setopt set, CURL *handle, CURLoption option, postseal_curl_progress value) {
  return set(handle, option, value);
}

static inline CURLcode postseal_curl_get_long(postseal_curl_getinfo get, CURL *handle, CURLINFO info, long *value) {
  return get(handle, info, value);
}

static inline CURLcode postseal_curl_get_socket(
    postseal_curl_getinfo get, CURL *handle, CURLINFO info, curl_socket_t *value) {
  return get(handle, info, value);
}

static inline CURLcode postseal_curl_get_session(
    postseal_curl_getinfo get, CURL *handle, struct curl_tlssessioninfo **value) {
  return get(handle, CURLINFO_TLS_SSL_PTR, value);
}
