using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShellTests
{
    /// <summary>A request as received.</summary>
    public sealed class Request
    {
        public string Method { get; set; }

        public string Target { get; set; }

        public Dictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

        public string Body { get; set; }

        public DateTime ReceivedAt { get; set; }

        /// <summary>The time when the client closed the connection. It's detected only while a response hangs or streams.</summary>
        public DateTime? ClosedAt { get; set; }

        public string Authorization { get { return Headers.TryGetValue("Authorization", out string value) ? value : null; } }
    }

    /// <summary>A response.</summary>
    public sealed class Answer
    {
        public int Status { get; set; } = 200;

        public string ContentType { get; set; } = "application/json";

        public string Body { get; set; } = "{}";

        public IDictionary Headers { get; set; } = new Hashtable();

        /// <summary>The delay before the first byte.</summary>
        public int DelayMs { get; set; }

        /// <summary>Sends no response.</summary>
        public bool Hang { get; set; }

        /// <summary>Sends no response until the test sets it to false.</summary>
        public bool Held { get; set; }

        /// <summary>Waits with the response until the server has received this number of requests.</summary>
        public int Gather { get; set; }

        /// <summary>The number of events to send. The server waits with the others until the test sets a higher number.</summary>
        public int EventsAllowed { get; set; } = int.MaxValue;

        /// <summary>The JSON of each server-sent event. Used instead of Body.</summary>
        public string[] Events { get; set; }

        /// <summary>Sends Body in pieces of this many bytes, each on its own. 0 sends it as a whole.</summary>
        public int PieceSize { get; set; }

        /// <summary>The delay between events.</summary>
        public int EventDelayMs { get; set; }

        /// <summary>Closes the connection before the response is complete.</summary>
        public bool Cut { get; set; }
    }

    /// <summary>
    /// A loopback server that records requests. It returns the queued responses in order, and then echoes: for a chat, the
    /// text of the last message. "[250 ms]" in the text delays the response, "[status 400]" returns an error, and "[hang]"
    /// suppresses the response.
    /// </summary>
    public sealed class TestServer : IDisposable
    {
        private static readonly Regex Wait = new Regex(@"\[(\d+) ms\]");
        private static readonly Regex Failure = new Regex(@"\[status (\d+)\]");

        // Requests that are sent at the same time may arrive in any order. A delay makes every order likely, and shows the tests
        // that rely on one.
        private static readonly int MostDelayMs = int.Parse(Environment.GetEnvironmentVariable("REQUEST_DELAY_MS") ?? "0");
        private static readonly Regex Score = new Regex(@"\[score ([\d.]+)\]");
        private readonly TcpListener _listener = new TcpListener(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _closing = new CancellationTokenSource();
        private readonly ConcurrentQueue<Request> _requests = new ConcurrentQueue<Request>();
        private readonly ConcurrentQueue<Answer> _answers = new ConcurrentQueue<Answer>();
        private volatile int _round;
        private int _inFlight;
        private int _mostInFlight;

        public TestServer()
        {
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _ = AcceptAsync();
        }

        public int Port { get; }

        public string BaseUri { get { return "http://127.0.0.1:" + Port; } }

        public Request[] Requests { get { return _requests.ToArray(); } }

        public Request LastRequest { get { return _requests.LastOrDefault(); } }

        public int MostInFlight { get { return _mostInFlight; } }

        /// <summary>The only accepted key. Null accepts any key.</summary>
        public string AcceptedKey { get; set; }

        /// <summary>The status for other keys.</summary>
        public int RefusalStatus { get; set; } = 401;

        /// <summary>The response if none is queued, instead of the echo.</summary>
        public Answer Default { get; set; }

        /// <summary>
        /// Responses wait until the server has received this number of requests, so that they are in flight at the same time, however slow
        /// the computer is.
        /// </summary>
        public int Gather { get; set; }

        /// <summary>Whether the requests to gather didn't arrive within a minute.</summary>
        public bool IsGatheringOver { get; private set; }

        public void Enqueue(Answer answer)
        {
            _answers.Enqueue(answer);
        }

        /// <summary>Clears the requests and the responses.</summary>
        public void Reset()
        {
            _round++;
            _requests.Clear();
            _answers.Clear();
            _mostInFlight = 0;
            Gather = 0;
            IsGatheringOver = false;
            AcceptedKey = null;
            RefusalStatus = 401;
            Default = null;
        }

        public void Dispose()
        {
            _closing.Cancel();
            _listener.Stop();
        }

        private async Task AcceptAsync()
        {
            while (!_closing.IsCancellationRequested)
            {
                try
                {
                    TcpClient client = await _listener.AcceptTcpClientAsync().ConfigureAwait(false);
                    _ = Task.Run(() => ServeAsync(client));
                }
                catch (Exception exception) when (exception is SocketException || exception is ObjectDisposedException || exception is InvalidOperationException)
                {
                    return;
                }
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using (client)
            {
                client.NoDelay = true;
                NetworkStream stream = client.GetStream();
                var buffer = new List<byte>();
                try
                {
                    while (true)
                    {
                        Request request = await ReadAsync(stream, buffer).ConfigureAwait(false);
                        if (request == null)
                        {
                            return;
                        }

                        int round = _round;
                        if (MostDelayMs > 0)
                        {
                            await Task.Delay(Random.Shared.Next(MostDelayMs + 1), _closing.Token).ConfigureAwait(false);
                        }

                        // A request that its client has canceled must not take the response of the next one.
                        if (round != _round || IsClosed(client.Client))
                        {
                            return;
                        }

                        // Before the test sees the request: it may change the next response.
                        Answer answer = AnswerTo(request);
                        _requests.Enqueue(request);
                        int now = Interlocked.Increment(ref _inFlight);
                        int most;
                        while (now > (most = _mostInFlight) && Interlocked.CompareExchange(ref _mostInFlight, now, most) != most)
                        {
                        }

                        // The client can send the next request on another connection as soon as it has the end of the response.
                        int inFlight = 1;
                        Action beforeEnd = () => Interlocked.Add(ref _inFlight, -Interlocked.Exchange(ref inFlight, 0));
                        bool goesOn;
                        try
                        {
                            goesOn = await AnswerAsync(client, stream, request, answer, beforeEnd).ConfigureAwait(false);
                        }
                        finally
                        {
                            beforeEnd();
                        }

                        if (!goesOn)
                        {
                            return;
                        }
                    }
                }
                catch (Exception exception) when (exception is IOException || exception is OperationCanceledException || exception is SocketException || exception is ObjectDisposedException)
                {
                }
            }
        }

        private static bool IsClosed(Socket socket)
        {
            return socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
        }

        private async Task<Request> ReadAsync(NetworkStream stream, List<byte> buffer)
        {
            var chunk = new byte[65536];
            int end;
            while ((end = EndOfHead(buffer)) < 0)
            {
                int count = await stream.ReadAsync(chunk, 0, chunk.Length, _closing.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    return null;
                }

                buffer.AddRange(chunk.Take(count));
            }

            string[] head = Encoding.ASCII.GetString(buffer.Take(end).ToArray()).Split(new[] { "\r\n" }, StringSplitOptions.None);
            string[] first = head[0].Split(' ');
            var request = new Request { Method = first[0], Target = first[1] };
            foreach (string line in head.Skip(1))
            {
                int colon = line.IndexOf(':');
                request.Headers[line.Substring(0, colon)] = line.Substring(colon + 1).Trim();
            }

            int length = request.Headers.TryGetValue("Content-Length", out string text) ? int.Parse(text) : 0;
            while (buffer.Count < end + 4 + length)
            {
                int count = await stream.ReadAsync(chunk, 0, chunk.Length, _closing.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    return null;
                }

                buffer.AddRange(chunk.Take(count));
            }

            request.Body = Encoding.UTF8.GetString(buffer.Skip(end + 4).Take(length).ToArray());
            request.ReceivedAt = DateTime.UtcNow;
            buffer.RemoveRange(0, end + 4 + length);
            return request;
        }

        private static int EndOfHead(List<byte> buffer)
        {
            for (int i = 0; i + 3 < buffer.Count; i++)
            {
                if (buffer[i] == '\r' && buffer[i + 1] == '\n' && buffer[i + 2] == '\r' && buffer[i + 3] == '\n')
                {
                    return i;
                }
            }

            return -1;
        }

        private Answer AnswerTo(Request request)
        {
            if (AcceptedKey != null && request.Authorization != "Bearer " + AcceptedKey)
            {
                return new Answer { Status = RefusalStatus, Body = "{\"message\":\"invalid api token\"}" };
            }

            return _answers.TryDequeue(out Answer answer) ? answer : Default ?? Echo(request);
        }

        private async Task<bool> AnswerAsync(TcpClient client, NetworkStream stream, Request request, Answer answer, Action beforeEnd)
        {
            bool mayBeLong = answer.Hang || answer.Held || answer.Events != null || answer.DelayMs > 0;
            using (var gone = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token))
            {
                // A client that waits for a response sends nothing, so a read means the end of the connection.
                Task watch = mayBeLong ? WatchAsync(stream, request, gone) : Task.CompletedTask;
                if (answer.Hang)
                {
                    await Task.Delay(Timeout.Infinite, gone.Token).ConfigureAwait(false);
                }

                while (answer.Held)
                {
                    await Task.Delay(5, gone.Token).ConfigureAwait(false);
                }

                await GatherAsync(Math.Max(answer.Gather, Gather)).ConfigureAwait(false);
                if (answer.DelayMs > 0)
                {
                    await Task.Delay(answer.DelayMs, gone.Token).ConfigureAwait(false);
                }

                byte[] body = Encoding.UTF8.GetBytes(answer.Body);
                var head = new StringBuilder("HTTP/1.1 " + answer.Status + " Answer\r\nContent-Type: " + (answer.Events != null ? "text/event-stream" : answer.ContentType) + "\r\n");
                foreach (DictionaryEntry header in answer.Headers)
                {
                    head.Append(header.Key + ": " + header.Value + "\r\n");
                }

                if (answer.Events == null)
                {
                    head.Append("Content-Length: " + body.Length + "\r\n");
                }
                else
                {
                    head.Append("Transfer-Encoding: chunked\r\n");
                }

                head.Append(mayBeLong ? "Connection: close\r\n\r\n" : "\r\n");
                if (answer.Events == null)
                {
                    beforeEnd();
                }

                await WriteAsync(stream, head.ToString()).ConfigureAwait(false);
                if (answer.Events == null)
                {
                    int length = answer.Cut ? body.Length / 2 : body.Length;
                    int piece = answer.PieceSize > 0 ? answer.PieceSize : Math.Max(length, 1);
                    for (int start = 0; start < length; start += piece)
                    {
                        await stream.WriteAsync(body, start, Math.Min(piece, length - start), _closing.Token).ConfigureAwait(false);
                    }
                }
                else
                {
                    for (int index = 0; index < answer.Events.Length; index++)
                    {
                        while (index >= answer.EventsAllowed)
                        {
                            await Task.Delay(5, gone.Token).ConfigureAwait(false);
                        }

                        if (index == answer.Events.Length - 1)
                        {
                            beforeEnd();
                        }

                        string item = answer.Events[index];
                        byte[] data = Encoding.UTF8.GetBytes("data: " + item + "\n\n");
                        await WriteAsync(stream, data.Length.ToString("x") + "\r\n").ConfigureAwait(false);
                        await stream.WriteAsync(data, 0, data.Length, gone.Token).ConfigureAwait(false);
                        await WriteAsync(stream, "\r\n").ConfigureAwait(false);
                        if (answer.EventDelayMs > 0)
                        {
                            await Task.Delay(answer.EventDelayMs, gone.Token).ConfigureAwait(false);
                        }
                    }

                    if (!answer.Cut)
                    {
                        await WriteAsync(stream, "0\r\n\r\n").ConfigureAwait(false);
                    }
                }

                return !mayBeLong && !answer.Cut;
            }
        }

        private async Task GatherAsync(int count)
        {
            DateTime end = DateTime.UtcNow.AddMinutes(1);
            while (_requests.Count < count && !IsGatheringOver)
            {
                IsGatheringOver = DateTime.UtcNow > end;
                await Task.Delay(5, _closing.Token).ConfigureAwait(false);
            }
        }

        private static async Task WatchAsync(NetworkStream stream, Request request, CancellationTokenSource gone)
        {
            try
            {
                await stream.ReadAsync(new byte[1], 0, 1).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException || exception is ObjectDisposedException)
            {
            }

            request.ClosedAt = DateTime.UtcNow;
            try
            {
                gone.Cancel();
            }
            catch (ObjectDisposedException)
            {
            }
        }

        private Task WriteAsync(NetworkStream stream, string text)
        {
            byte[] bytes = Encoding.ASCII.GetBytes(text);
            return stream.WriteAsync(bytes, 0, bytes.Length, _closing.Token);
        }

        private static Answer Echo(Request request)
        {
            string path = request.Target.Split('?')[0];
            if (path.EndsWith("/v2/chat", StringComparison.Ordinal))
            {
                return EchoChat(request.Body);
            }

            if (path.EndsWith("/v1/models", StringComparison.Ordinal))
            {
                return new Answer
                {
                    Body = "{\"models\":[{\"name\":\"echo-large\",\"endpoints\":[\"chat\"],\"context_length\":128000},{\"name\":\"echo-small\",\"endpoints\":[\"chat\",\"generate\"],\"context_length\":4096},{\"name\":\"echo-embed\",\"endpoints\":[\"embed\"],\"context_length\":512}]}",
                };
            }

            return path.EndsWith("/v1/check-api-key", StringComparison.Ordinal)
                ? new Answer { Body = "{\"valid\":true,\"organization_id\":\"org-1\",\"owner_id\":\"owner-1\"}" }
                : EchoTo(path, request.Body);
        }

        // For operations on texts. "[250 ms]", "[hang]" and "[status 400]" anywhere in the body work as in a chat.
        private static Answer EchoTo(string path, string body)
        {
            Match wait = Wait.Match(body);
            Match failure = Failure.Match(body);
            var answer = new Answer { DelayMs = wait.Success ? int.Parse(wait.Groups[1].Value) : 0, Hang = body.Contains("[hang]") };
            if (failure.Success)
            {
                answer.Status = int.Parse(failure.Groups[1].Value);
                answer.Body = "{\"message\":\"as you wish\"}";
            }
            else if (path.EndsWith("/v2/audio/transcriptions", StringComparison.Ordinal))
            {
                answer.Body = "{\"text\":\"heard " + body.Length + " characters\"}";
            }
            else if (body.StartsWith("{", StringComparison.Ordinal))
            {
                using (JsonDocument document = JsonDocument.Parse(body))
                {
                    answer.Body = EchoTo(path.Substring(path.LastIndexOf('/') + 1), document.RootElement);
                }
            }

            return answer;
        }

        private static string EchoTo(string operation, JsonElement body)
        {
            switch (operation)
            {
                case "rerank":
                    return EchoRerank(body);
                case "tokenize" when body.TryGetProperty("text", out _):
                    int[] tokens = CodePoints(body.GetProperty("text").GetString()).ToArray();
                    return "{\"tokens\":" + JsonSerializer.Serialize(tokens) + ",\"token_strings\":" + JsonSerializer.Serialize(tokens.Select(char.ConvertFromUtf32)) + ",\"meta\":{\"billed_units\":{}}}";
                case "detokenize" when body.TryGetProperty("tokens", out _):
                    string text = string.Concat(body.GetProperty("tokens").EnumerateArray().Select(token => char.ConvertFromUtf32(token.GetInt32())));
                    return "{\"text\":" + JsonSerializer.Serialize(text) + "}";
                case "classify":
                    return EchoClassify(body);
                case "embed" when body.TryGetProperty("texts", out JsonElement texts) && texts.EnumerateArray().All(text => text.GetString().Contains("[vector]")):
                    return EchoEmbed(texts);
                default:
                    return "{}";
            }
        }

        // "[score 0.5]" in a document sets its score. The scores of the other documents decrease with their position.
        private static string EchoRerank(JsonElement body)
        {
            double[] scores = body.GetProperty("documents").EnumerateArray().Select((item, index) =>
            {
                Match score = Score.Match(item.GetString());
                return score.Success ? double.Parse(score.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : 0.1 / (index + 1);
            }).ToArray();
            int top = body.TryGetProperty("top_n", out JsonElement limit) ? limit.GetInt32() : scores.Length;
            var results = Enumerable.Range(0, scores.Length).OrderByDescending(index => scores[index]).Take(top)
                .Select(index => "{\"index\":" + index + ",\"relevance_score\":" + scores[index].ToString("R", System.Globalization.CultureInfo.InvariantCulture) + "}");
            return "{\"id\":\"r1\",\"results\":[" + string.Join(",", results) + "],\"meta\":{\"billed_units\":{\"search_units\":1}}}";
        }

        // Vectors that depend on the length of the text.
        private static string EchoEmbed(JsonElement texts)
        {
            var vectors = texts.EnumerateArray().Select(text =>
            {
                float[] numbers = { 1, text.GetString().Length, 2, 3 };
                byte[] bytes = new byte[numbers.Length * sizeof(float)];
                Buffer.BlockCopy(numbers, 0, bytes, 0, bytes.Length);
                return "\"" + Convert.ToBase64String(bytes) + "\"";
            });
            return "{\"id\":\"e1\",\"embeddings\":{\"base64\":[" + string.Join(",", vectors) + "]},\"meta\":{\"billed_units\":{\"input_tokens\":" + texts.GetArrayLength() + "}}}";
        }

        // The first label that the input contains, or else the first label.
        private static string EchoClassify(JsonElement body)
        {
            string[] labels = body.TryGetProperty("examples", out JsonElement examples)
                ? examples.EnumerateArray().Select(example => example.GetProperty("label").GetString()).Distinct().ToArray()
                : new[] { "spam", "ham" };
            var classifications = body.GetProperty("inputs").EnumerateArray().Select(item =>
            {
                string found = labels.FirstOrDefault(label => item.GetString().Contains(label)) ?? labels[0];
                string confidences = string.Join(",", labels.Select(label => JsonSerializer.Serialize(label) + ":{\"confidence\":" + (label == found ? "0.75" : "0.25") + "}"));
                string quoted = JsonSerializer.Serialize(found);
                return "{\"id\":\"c\",\"input\":" + JsonSerializer.Serialize(item.GetString()) + ",\"prediction\":" + quoted + ",\"predictions\":[" + quoted + "],\"confidence\":0.75,\"confidences\":[0.75],\"labels\":{" + confidences + "},\"classification_type\":\"single-label\"}";
            }).ToArray();
            return "{\"id\":\"1\",\"classifications\":[" + string.Join(",", classifications) + "],\"meta\":{\"billed_units\":{\"classifications\":" + classifications.Length + "}}}";
        }

        private static IEnumerable<int> CodePoints(string text)
        {
            for (int index = 0; index < text.Length; index += char.IsSurrogatePair(text, index) ? 2 : 1)
            {
                yield return char.ConvertToUtf32(text, index);
            }
        }

        private static Answer EchoChat(string body)
        {
            using (JsonDocument document = JsonDocument.Parse(body))
            {
                JsonElement content = document.RootElement.GetProperty("messages").EnumerateArray().Last().GetProperty("content");
                string text = content.ValueKind == JsonValueKind.String
                    ? content.GetString()
                    : string.Concat(content.EnumerateArray().Where(part => part.GetProperty("type").GetString() == "text").Select(part => part.GetProperty("text").GetString()));
                Match wait = Wait.Match(text);
                Match failure = Failure.Match(text);
                var answer = new Answer { DelayMs = wait.Success ? int.Parse(wait.Groups[1].Value) : 0, Hang = text.Contains("[hang]") };
                if (failure.Success)
                {
                    answer.Status = int.Parse(failure.Groups[1].Value);
                    answer.Body = "{\"message\":\"as you wish\"}";
                    return answer;
                }

                bool streams = document.RootElement.TryGetProperty("stream", out JsonElement stream) && stream.ValueKind == JsonValueKind.True;
                string quoted = JsonSerializer.Serialize(text);
                const string usage = "{\"billed_units\":{\"input_tokens\":3,\"output_tokens\":2},\"tokens\":{\"input_tokens\":10,\"output_tokens\":5}}";
                if (streams)
                {
                    answer.Events = new[]
                    {
                        "{\"type\":\"message-start\",\"id\":\"1\",\"delta\":{\"message\":{\"role\":\"assistant\"}}}",
                        "{\"type\":\"content-start\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"type\":\"text\",\"text\":\"\"}}}}",
                        "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"text\":" + quoted + "}}}}",
                        "{\"type\":\"content-end\",\"index\":0}",
                        "{\"type\":\"message-end\",\"id\":\"1\",\"delta\":{\"finish_reason\":\"COMPLETE\",\"usage\":" + usage + "}}",
                    };
                }
                else
                {
                    answer.Body = "{\"id\":\"1\",\"finish_reason\":\"COMPLETE\",\"message\":{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":" + quoted + "}]},\"usage\":" + usage + "}";
                }

                return answer;
            }
        }
    }
}
