using System;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell.Bench
{
    /// <summary>What a program in C# would do for itself: requests side by side, each answer read to its end.</summary>
    public sealed class PlainClient
    {
        private readonly HttpClient _http = new HttpClient();
        private readonly Uri _address;
        private readonly string[][] _batches;
        private readonly int _workers;

        public PlainClient(string address, string[] texts, int batchSize, int workers)
        {
            _address = new Uri(address + "/v2/embed");
            _batches = texts.Select((text, index) => (text, index)).GroupBy(item => item.index / batchSize, item => item.text).Select(group => group.ToArray()).ToArray();
            _workers = workers;
        }

        /// <summary>Sends everything.</summary>
        /// <returns>How many bytes came back.</returns>
        public long Run()
        {
            return RunAsync().GetAwaiter().GetResult();
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
