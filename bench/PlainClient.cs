using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell.Bench
{
    /// <summary>A plain C# client as a baseline: sends requests in parallel and reads each response to its end.</summary>
    public sealed class PlainClient
    {
        private readonly HttpClient _http = new HttpClient();
        private readonly byte[] _buffer = new byte[65536];
        private readonly string _server;
        private readonly Uri _address;
        private readonly string[][] _batches;
        private readonly int _workers;

        public PlainClient(string address, string[] texts, int batchSize, int workers)
        {
            _server = address;
            _address = new Uri(address + "/v2/embed");
            _batches = texts.Select((text, index) => (text, index)).GroupBy(item => item.index / batchSize, item => item.text).Select(group => group.ToArray()).ToArray();
            _workers = workers;
        }

        /// <summary>Sends a chat request and reads the response or the stream to its end.</summary>
        /// <param name="body">The JSON of the request.</param>
        /// <returns>The number of bytes received.</returns>
        public long Chat(string body)
        {
            return ChatAsync(body).GetAwaiter().GetResult();
        }

        /// <summary>Sends all batches.</summary>
        /// <returns>The number of bytes received.</returns>
        public long Run()
        {
            return RunAsync().GetAwaiter().GetResult();
        }

        private async Task<long> ChatAsync(string body)
        {
            using (var request = new HttpRequestMessage(HttpMethod.Post, _server + "/v2/chat"))
            {
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
                using (HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false))
                using (Stream stream = await response.Content.ReadAsStreamAsync().ConfigureAwait(false))
                {
                    long bytes = 0;
                    int read;
                    while ((read = await stream.ReadAsync(_buffer, 0, _buffer.Length).ConfigureAwait(false)) > 0)
                    {
                        bytes += read;
                    }

                    return bytes;
                }
            }
        }

        private async Task<long> RunAsync()
        {
            int next = -1;
            long bytes = 0;
            await Task.WhenAll(Enumerable.Range(0, _workers).Select(async _ =>
            {
                int index;
                while ((index = Interlocked.Increment(ref next)) < _batches.Length)
                {
                    var body = new { model = "embed-v4.0", input_type = "search_document", embedding_types = new[] { "base64" }, texts = _batches[index] };
                    using (var request = new HttpRequestMessage(HttpMethod.Post, _address))
                    {
                        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
                        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                        using (HttpResponseMessage response = await _http.SendAsync(request).ConfigureAwait(false))
                        {
                            byte[] answer = await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
                            Interlocked.Add(ref bytes, answer.Length);
                        }
                    }
                }
            })).ConfigureAwait(false);
            return bytes;
        }
    }
}
