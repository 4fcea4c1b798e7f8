using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using CohereShell.Tests.Avro;
using Xunit;

namespace CohereShell.Tests;

public sealed class DatasetRowsTests
{
    private const string Schema = """{"type":"record","name":"row","fields":[{"name":"text","type":"string"},{"name":"id","type":"long"},{"name":"more","type":{"type":"array","items":"string"}}]}""";
    private const string Secret = "X-Signature=5ecret5ignature";

    [Fact]
    public async Task The_rows_of_all_parts_are_read_in_order()
    {
        using var store = new Store(Part(0, 3), Part(3, 1), Part(4, 0), Part(4, 2));

        Assert.Equal([0, 1, 2, 3, 4, 5], await store.ReadIdsAsync());
    }

    [Fact]
    public async Task The_file_server_gets_neither_the_key_nor_the_headers_of_the_session()
    {
        using var store = new Store(Part(0, 3));

        await store.ReadIdsAsync();

        FaultExchange request = Assert.Single(store.Files.Requests);
        Assert.Equal(["Host"], request.Headers.Keys);
        Assert.Contains("Authorization", store.Api.Requests[0].Headers.Keys);
        Assert.Equal("ours", store.Api.Requests[0].Headers["X-Own"]);
    }

    [Fact]
    public async Task A_redirect_from_a_signed_address_is_an_error_and_is_not_followed()
    {
        using var other = new FaultServer(_ => Answer.Of(200, "text/plain", []));
        using var files = new FaultServer(_ => exchange => exchange.WriteAsync($"HTTP/1.1 302 Found\r\nLocation: {other.Address}0?{Secret}\r\nContent-Length: 0\r\n\r\n"));
        using var store = new Store(Part(0, 3)) { Address = $"{files.Address}0?{Secret}" };

        CohereException exception = await Assert.ThrowsAsync<CohereException>(store.ReadIdsAsync);

        Assert.Equal(ErrorReason.DownloadFailed, exception.Reason);
        Assert.Contains("302", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("5ecret", exception.ToString(), StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_interrupted_download_continues_and_returns_each_row_once(bool takesRanges)
    {
        byte[] part = Part(0, 2000);
        using var store = new Store(part) { TakesRanges = takesRanges, BreakAfter = part.Length / 3 };

        List<long> ids = await store.ReadIdsAsync();

        Assert.Equal(Enumerable.Range(0, 2000).Select(id => (long)id), ids);
        Assert.True(store.Files.Requests.Count > 1);
        Assert.Equal($"bytes={part.Length / 3}-", store.Files.Requests[1].Headers["Range"]);
        Assert.Equal("\"v1\"", store.Files.Requests[1].Headers["If-Range"]);
        Assert.Single(store.Api.Requests);
    }

    [Fact]
    public async Task A_file_that_changes_between_two_connections_is_an_error()
    {
        byte[] part = Part(0, 2000);
        using var store = new Store(part) { TakesRanges = true, BreakAfter = part.Length / 2, ChangesVersion = true };

        CohereException exception = await Assert.ThrowsAsync<CohereException>(store.ReadIdsAsync);

        Assert.Equal(ErrorReason.DownloadFailed, exception.Reason);
        Assert.Contains("the file on the server was changed", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_without_progress_ends_with_one_clear_error()
    {
        using var store = new Store(Part(0, 2000)) { BreakAfter = 0 };

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => store.ReadIdsAsync(new RequestOptions { MaxRetryCount = 1 }));

        Assert.Equal(ErrorReason.ConnectionLost, exception.Reason);
        Assert.Contains("part 1 of 1 of the dataset 'ds-1'", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, store.Files.Requests.Count);
    }

    [Fact]
    public async Task A_silent_file_server_times_out()
    {
        using var store = new Store(Part(0, 2000)) { SilentAfter = 100 };

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => store.ReadIdsAsync(new RequestOptions { MaxRetryCount = 0, Timeout = TimeSpan.FromSeconds(0.3) }).WaitAsync(Hang.Limit));

        Assert.Equal(ErrorReason.TimedOut, exception.Reason);
    }

    [Fact]
    public async Task A_request_to_a_busy_file_server_is_retried()
    {
        using var store = new Store(Part(0, 3)) { Refusals = [503, 429] };

        Assert.Equal(3, (await store.ReadIdsAsync()).Count);
        Assert.Equal(3, store.Files.Requests.Count);
        Assert.Single(store.Api.Requests);
    }

    [Fact]
    public async Task An_expired_address_is_renewed_once()
    {
        using var store = new Store(Part(0, 3)) { Refusals = [403] };

        Assert.Equal(3, (await store.ReadIdsAsync()).Count);
        Assert.Equal(2, store.Api.Requests.Count);
        Assert.NotEqual(store.Files.Requests[0].Target, store.Files.Requests[1].Target);
    }

    [Fact]
    public async Task Signed_addresses_appear_in_no_error_and_no_notice()
    {
        using var store = new Store(Part(0, 2000)) { Refusals = [503, 403, 403] };
        var notices = new Notices();

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => store.ReadIdsAsync(notices.Options));

        Assert.Equal(ErrorReason.DownloadFailed, exception.Reason);
        Assert.Contains("403", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("5ecret", exception.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(notices.All);
        Assert.DoesNotContain(notices.All, notice => notice.Message.Contains("5ecret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://files.example/a?" + Secret, ErrorReason.InsecureAddress)]
    [InlineData("ftp://files.example/a?" + Secret, ErrorReason.InsecureAddress)]
    [InlineData("nothing?" + Secret, ErrorReason.DownloadFailed)]
    public async Task An_insecure_address_gets_no_request(string address, ErrorReason reason)
    {
        using var store = new Store(Part(0, 1)) { Address = address };

        CohereException exception = await Assert.ThrowsAsync<CohereException>(store.ReadIdsAsync);

        Assert.Equal(reason, exception.Reason);
        Assert.DoesNotContain("5ecret", exception.ToString(), StringComparison.Ordinal);
        Assert.Empty(store.Files.Requests);
    }

    [Fact]
    public async Task Rows_before_the_damage_are_returned_and_the_error_names_the_part()
    {
        byte[] damaged = Part(3, 2);
        damaged[^1] ^= 1;
        using var store = new Store(Part(0, 3), damaged);
        using CohereSession session = store.Open();
        using DatasetRowReader rows = await new CohereClient(session).Datasets.OpenRowsAsync("ds-1");
        for (int i = 0; i < 3; i++)
        {
            Assert.True(await rows.ReadAsync());
        }

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => rows.ReadAsync().AsTask());

        Assert.Equal(ErrorReason.DatasetNotReadable, exception.Reason);
        Assert.Contains("part 2 of 2", exception.Message, StringComparison.Ordinal);
        Assert.Equal(3, rows.RowCount);
    }

    [Theory]
    [InlineData("processing", "isn't complete")]
    [InlineData("failed", "line 3")]
    [InlineData("unknown", "doesn't offer files")]
    public async Task A_dataset_without_files_says_why(string status, string says)
    {
        using var server = new FaultServer(Answer.Json($$"""{"dataset": {"id": "d", "validation_status": "{{status}}", "validation_error": "line 3"} }"""));
        using CohereSession session = TestSession.Open(server);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => new CohereClient(session).Datasets.OpenRowsAsync("d"));

        Assert.Equal(ErrorReason.DatasetNotReady, exception.Reason);
        Assert.Contains(says, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_ends_the_download()
    {
        using var store = new Store(Part(0, 2000)) { SilentAfter = 100 };
        using var cancellation = new CancellationTokenSource();
        Task<List<long>> reading = store.ReadIdsAsync(cancellationToken: cancellation.Token);
        FaultExchange request = await store.Files.RequestAsync();

        // The server sends a part of the file, and then nothing.
        await Task.Delay(100);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Hang.Limit));
        await request.ClosedByClientAsync();
    }

    [Fact]
    public async Task Json_Lines_contain_the_rows_unchanged()
    {
        using var store = new Store(Part(0, 1), Part(1, 1));

        Assert.Equal("{\"text\":\"row 0, \\\"ä\\\"\",\"id\":0,\"more\":[\"a\",\"b\"]}\n{\"text\":\"row 1, \\\"ä\\\"\",\"id\":1,\"more\":[\"a\",\"b\"]}\n", Encoding.UTF8.GetString(await store.WriteAsync(DatasetFileFormat.Jsonl)));
    }

    [Fact]
    public async Task Csv_has_a_header_line_and_lists_as_json()
    {
        using var store = new Store(Part(0, 1), Part(1, 1));

        string[] lines = Encoding.UTF8.GetString(await store.WriteAsync(DatasetFileFormat.Csv)).Split(Environment.NewLine);

        Assert.Equal(["text,id,more", "\"row 0, \"\"ä\"\"\",0,\"[\"\"a\"\",\"\"b\"\"]\"", "\"row 1, \"\"ä\"\"\",1,\"[\"\"a\"\",\"\"b\"\"]\"", string.Empty], lines);
    }

    [Fact]
    public async Task Csv_without_rows_has_the_header_line()
    {
        using var store = new Store(Part(0, 0));

        Assert.Equal("text,id,more" + Environment.NewLine, Encoding.UTF8.GetString(await store.WriteAsync(DatasetFileFormat.Csv)));
    }

    [Fact]
    public async Task Csv_refuses_a_field_that_is_not_in_the_header_line()
    {
        byte[] other = AvroBytes.File("""{"type":"record","name":"row","fields":[{"name":"text","type":"string"},{"name":"new","type":"long"}]}""", 1, AvroBytes.Text("t"), AvroBytes.Long(1));
        using var store = new Store(Part(0, 1), other);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => store.WriteAsync(DatasetFileFormat.Csv));

        Assert.Contains("'new'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Avro_of_one_part_equals_that_part()
    {
        byte[] part = Part(0, 50);
        using var store = new Store(part);

        Assert.Equal(part, await store.WriteAsync(DatasetFileFormat.Avro));
    }

    [Fact]
    public async Task Avro_of_several_parts_is_one_file_with_all_rows()
    {
        byte[] second = Part(5, 2);
        // Each file has a different marker.
        Encoding.ASCII.GetBytes("fedcba9876543210").CopyTo(second, second.Length - 16);
        int header = AvroBytes.Header(Schema).Length;
        Encoding.ASCII.GetBytes("fedcba9876543210").CopyTo(second, header - 16);
        using var store = new Store(Part(0, 5), second, Part(7, 0));

        using AvroFile file = AvroFile.Open(new MemoryStream(await store.WriteAsync(DatasetFileFormat.Avro)));

        for (int id = 0; id < 7; id++)
        {
            Assert.True(file.Read());
            Assert.Equal(id, file.ToElement().GetProperty("id").GetInt64());
        }

        Assert.False(file.Read());
    }

    [Theory]
    [InlineData("repeats-deflate", "repeats-snappy")]
    [InlineData("repeats-snappy", "repeats-deflate")]
    [InlineData("types-null", "types-snappy", "types-deflate")]
    [InlineData("types-deflate", "types-snappy", "types-null")]
    [InlineData("types-snappy", "types-null", "types-deflate")]
    public async Task Avro_of_parts_with_different_compression_is_one_file_with_all_rows(params string[] names)
    {
        byte[][] parts = names.Select(name => AvroFileTests.Data(name + ".avro")).ToArray();
        using var store = new Store(parts);

        byte[] joined = await store.WriteAsync(DatasetFileFormat.Avro);

        Assert.Equal(parts.SelectMany(RowsOf), RowsOf(joined));

        static List<string> RowsOf(byte[] bytes)
        {
            using AvroFile file = AvroFile.Open(new MemoryStream(bytes));
            var rows = new List<string>();
            while (file.Read())
            {
                rows.Add(file.ToElement().GetRawText());
            }

            return rows;
        }
    }

    [Fact]
    public async Task Avro_of_parts_with_different_schemas_is_refused()
    {
        byte[] other = AvroBytes.File("\"long\"", 1, AvroBytes.Long(1));
        using var store = new Store(Part(0, 1), other);

        CohereException exception = await Assert.ThrowsAsync<CohereException>(() => store.WriteAsync(DatasetFileFormat.Avro));

        Assert.Equal(ErrorReason.DatasetNotReadable, exception.Reason);
        Assert.Contains("its schema differs", exception.Message, StringComparison.Ordinal);
    }

    private static byte[] Part(int first, int count) => AvroBytes.File(
        Schema,
        count,
        Enumerable.Range(first, count).Select(id => AvroBytes.Join(AvroBytes.Text($"row {id}, \"ä\""), AvroBytes.Long(id), AvroBytes.Long(2), AvroBytes.Text("a"), AvroBytes.Text("b"), AvroBytes.Long(0))).ToArray());

    /// <summary>The API and a separate file server with signed addresses.</summary>
    private sealed class Store : IDisposable
    {
        private readonly byte[][] _parts;
        private int _signature;
        private int _answers;

        public Store(params byte[][] parts)
        {
            _parts = parts;
            Files = new FaultServer(_ => AnswerFile);
            Api = new FaultServer(exchange => Answer.Json(Describe()));
        }

        public FaultServer Api { get; }

        public FaultServer Files { get; }

        public bool TakesRanges { get; init; }

        /// <summary>The number of bytes after which a connection breaks, also when a download continues.</summary>
        public int? BreakAfter { get; init; }

        public int? SilentAfter { get; init; }

        public bool ChangesVersion { get; init; }

        /// <summary>An address that replaces the one of the file server.</summary>
        public string? Address { get; init; }

        /// <summary>The responses to the first requests.</summary>
        public int[] Refusals { get; init; } = [];

        public CohereSession Open() => TestSession.Open(new CohereSessionOptions
        {
            BaseUri = Api.Address,
            ApiKey = TestSession.Key,
            ClientName = "a client",
            Headers = new Dictionary<string, string> { ["X-Own"] = "ours" },
        });

        public Task<List<long>> ReadIdsAsync() => ReadIdsAsync(null);

        public async Task<List<long>> ReadIdsAsync(RequestOptions? options, CancellationToken cancellationToken = default)
        {
            using CohereSession session = Open();
            using DatasetRowReader rows = await new CohereClient(session).Datasets.OpenRowsAsync("ds-1", options, cancellationToken);
            var ids = new List<long>();
            while (await rows.ReadAsync(cancellationToken))
            {
                ids.Add(rows.ToElement().GetProperty("id").GetInt64());
            }

            return ids;
        }

        public Task<List<long>> ReadIdsAsync(CancellationToken cancellationToken) => ReadIdsAsync(null, cancellationToken);

        public async Task<byte[]> WriteAsync(DatasetFileFormat format)
        {
            using CohereSession session = Open();
            DatasetFiles files = await new CohereClient(session).Datasets.OpenFilesAsync("ds-1");
            using var target = new MemoryStream();
            await DatasetExport.WriteAsync(files, target, format, null, new Progress<DatasetExportProgress>(), CancellationToken.None);
            return target.ToArray();
        }

        public void Dispose()
        {
            Api.Dispose();
            Files.Dispose();
        }

        private string Describe()
        {
            int signature = Interlocked.Increment(ref _signature);
            string parts = string.Join(',', _parts.Select((_, index) => $$"""{"id":"p{{index}}","name":"p{{index}}","index":{{index}},"url":{{JsonSerializer.Serialize(Address ?? $"{Files.Address}{index}?{Secret}{signature}")}} }"""));
            return $$"""{"dataset":{"id":"ds-1","validation_status":"validated","dataset_parts":[{{parts}}]} }""";
        }

        private async Task AnswerFile(FaultExchange exchange)
        {
            int answer = Interlocked.Increment(ref _answers);
            if (answer <= Refusals.Length)
            {
                await Answer.Of(Refusals[answer - 1], "application/xml", Encoding.UTF8.GetBytes($"<Error>{exchange.Target}</Error>"))(exchange);
                return;
            }

            byte[] part = _parts[int.Parse(exchange.Path.TrimStart('/'), System.Globalization.CultureInfo.InvariantCulture)];
            int start = TakesRanges && exchange.Headers.TryGetValue("Range", out string? range) ? int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture) : 0;
            string head = start > 0 ? $"206 Partial Content\r\nContent-Range: bytes {start}-{part.Length - 1}/{part.Length}" : "200 OK";
            string version = ChangesVersion && answer > 1 ? "v2" : "v1";
            await exchange.WriteAsync($"HTTP/1.1 {head}\r\nContent-Length: {part.Length - start}\r\nETag: \"{version}\"\r\n\r\n");
            // Without ranges, an interrupted download must get a bit further each time.
            int end = BreakAfter * (TakesRanges ? 1 : answer) + (TakesRanges ? start : 0) ?? SilentAfter ?? part.Length;
            await exchange.WriteAsync(part.AsMemory(start, Math.Min(part.Length, end) - start));
            if (SilentAfter is not null)
            {
                await exchange.SilenceAsync();
            }

            if (end < part.Length)
            {
                exchange.Close();
            }
        }
    }
}
