using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

public sealed class DatasetsTests : IDisposable
{
    private const string Described = """
        {
          "id": "ds-1", "name": "rows", "created_at": "2026-08-01T10:00:00.5Z", "updated_at": "2026-08-01T10:05:00Z",
          "dataset_type": "embed-input", "validation_status": "validated", "validation_error": "", "validation_warnings": ["row 3 was dropped"],
          "schema": "{\"type\":\"record\"}", "required_fields": ["text"], "preserve_fields": ["id"],
          "dataset_parts": [
            {"id": "p2", "name": "two", "url": "https://files.example/2", "index": 1, "size_bytes": 30, "num_rows": 3, "samples": []},
            {"id": "p1", "name": "one", "url": "https://files.example/1", "index": 0, "size_bytes": 20, "num_rows": 2, "original_url": "https://files.example/o", "samples": ["{\"text\":\"a\"}"]}
          ],
          "metrics": {"finetune_dataset_metrics": {"total_examples": 7}}
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_dataset_is_read_completely()
    {
        string body = $$"""{"dataset":{{Described}}}""";
        Assert.Empty(ApiDescription.Current.ResponseErrors("get-dataset", 200, JsonDocument.Parse(body).RootElement, strict: true));
        using var server = new FaultServer(Answer.Json(body));
        using CohereSession session = TestSession.Open(server);

        Dataset dataset = await new CohereClient(session).Datasets.GetAsync("ds 1");

        Assert.Equal("GET /v1/datasets/ds%201", $"{server.Requests[0].Method} {server.Requests[0].Target}");
        Assert.Equal("ds-1 rows embed-input Validated", $"{dataset} {dataset.Name} {dataset.Type} {dataset.ValidationStatus}");
        Assert.True(dataset.IsFinished);
        Assert.Null(dataset.ValidationError);
        Assert.Equal(["row 3 was dropped"], dataset.ValidationWarnings);
        Assert.Equal(5, dataset.RowCount);
        Assert.Equal(50, dataset.TotalBytes);
        Assert.Equal(["p1", "p2"], dataset.Parts.Select(part => part.PartId));
        Assert.Equal("https://files.example/o", dataset.Parts[0].OriginalUrl);
        Assert.Equal(["text"], dataset.RequiredFields);
        Assert.Equal(["id"], dataset.KeptFields);
        Assert.Equal(dataset.CreatedAt + TimeSpan.FromDays(30), dataset.ExpiresAt);
        Assert.Equal(7L, dataset.Metrics["total_examples"]);
    }

    [Fact]
    public async Task Missing_values_are_empty_and_a_new_status_is_unknown()
    {
        using var server = new FaultServer(Answer.Json("""{"dataset":{"id":"d","validation_status":"pondering"}}"""));
        using CohereSession session = TestSession.Open(server);

        Dataset dataset = await new CohereClient(session).Datasets.GetAsync("d");

        Assert.Equal(DatasetValidationStatus.Unknown, dataset.ValidationStatus);
        Assert.False(dataset.IsFinished);
        Assert.Empty(dataset.Parts);
        Assert.Empty(dataset.ValidationWarnings);
        Assert.Null(dataset.RowCount);
        Assert.Null(dataset.TotalBytes);
        Assert.Null(dataset.ExpiresAt);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("usage")]
    public async Task An_id_that_would_lead_to_another_path_is_refused(string id)
    {
        using var server = new FaultServer(Answer.Ok());
        using CohereSession session = TestSession.Open(server);

        await Assert.ThrowsAsync<ArgumentException>(() => new CohereClient(session).Datasets.GetAsync(id));
        await Assert.ThrowsAsync<ArgumentException>(async () => await new CohereClient(session).Datasets.DeleteAsync(id));

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_list_is_read_to_its_end_with_pages_of_any_size()
    {
        using var server = new FaultServer(
            Answer.Json("""{"datasets":[{"id":"a"},{"id":"b"}]}"""),
            // A dataset was created during the listing and moved the others.
            Answer.Json("""{"datasets":[{"id":"b"},{"id":"c"}]}"""),
            Answer.Json("""{"datasets":[]}"""));
        using CohereSession session = TestSession.Open(server);

        List<Dataset> datasets = await new CohereClient(session).Datasets.ListAsync().ToListAsync();

        Assert.Equal(["a", "b", "c"], datasets.Select(dataset => dataset.DatasetId));
        Assert.Equal(["limit=100", "limit=100&offset=2", "limit=100&offset=4"], server.Requests.Select(request => request.Target.Split('?')[1]));
    }

    [Fact]
    public async Task A_server_that_ignores_the_offset_does_not_cause_an_endless_list()
    {
        using var server = new FaultServer(Answer.Json("""{"datasets":[{"id":"a"}]}"""));
        using CohereSession session = TestSession.Open(server);

        Assert.Single(await new CohereClient(session).Datasets.ListAsync().ToListAsync());

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task List_filters_match_the_API_description()
    {
        using var server = new FaultServer(Answer.Json("""{"datasets":[]}"""));
        using CohereSession session = TestSession.Open(server);
        var filter = new DatasetFilter
        {
            Type = "embed-input",
            Before = new DateTimeOffset(2026, 8, 2, 12, 0, 0, TimeSpan.FromHours(2)),
            After = new DateTimeOffset(2026, 8, 1, 0, 0, 0, TimeSpan.Zero),
            ValidationStatus = DatasetValidationStatus.Failed,
        };

        await new CohereClient(session).Datasets.ListAsync(filter).ToListAsync();

        string query = server.Requests[0].Target.Split('?')[1];
        Assert.Equal("datasetType=embed-input&before=2026-08-02T10%3A00%3A00.000Z&after=2026-08-01T00%3A00%3A00.000Z&validationStatus=failed&limit=100", query);
        Assert.Empty(ApiDescription.Current.QueryErrors("list-datasets", query.Split('&').Select(pair => pair.Split('=')[0])));
    }

    [Fact]
    public async Task An_upload_matches_the_API_description()
    {
        using var server = new FaultServer(Answer.Json("""{"id":"ds-9"}"""));
        using CohereSession session = TestSession.Open(server);
        string rows = Write("rows.jsonl", "{\"text\":\"Grüße\"}\n");
        string eval = Write("eval.csv", "text\nb\n");
        var progress = new Collected();

        string id = await new CohereClient(session).Datasets.CreateAsync(
            new DatasetRequest
            {
                Name = "my rows & more",
                Type = "embed-input",
                Path = rows,
                EvalPath = eval,
                KeepFields = ["id", "url"],
                OptionalFields = ["tag"],
                KeepOriginalFile = true,
                SkipMalformedInput = false,
                TextSeparator = "\n\n",
                CsvDelimiter = ";",
            },
            progress: progress);

        Assert.Equal("ds-9", id);
        FaultExchange sent = Assert.Single(server.Requests);
        Assert.Equal("/v1/datasets", sent.Path);
        string query = sent.Target.Split('?')[1];
        Assert.Equal("name=my%20rows%20%26%20more&type=embed-input&keep_original_file=true&skip_malformed_input=false&keep_fields=id&keep_fields=url&optional_fields=tag&text_separator=%0A%0A&csv_delimiter=%3B", query);
        Assert.Empty(ApiDescription.Current.QueryErrors("create-dataset", query.Split('&').Select(pair => pair.Split('=')[0])));
        IReadOnlyList<FormPart> parts = FormPart.Read(sent);
        Assert.Equal(["data", "eval_data"], parts.Select(part => part.Name));
        Assert.Empty(ApiDescription.Current.FormErrors("create-dataset", parts.Select(part => part.Name)));
        Assert.Equal(File.ReadAllBytes(rows), parts[0].Body);
        Assert.Equal(File.ReadAllBytes(eval), parts[1].Body);
        Assert.Contains("filename=\"rows.jsonl\"", parts[0].Head, StringComparison.Ordinal);
        long total = new FileInfo(rows).Length + new FileInfo(eval).Length;
        Assert.Equal(new UploadProgress(total, total), progress.All[^1]);
    }

    [Fact]
    public async Task An_interrupted_upload_is_one_error_and_is_not_retried()
    {
        string path = Path.Combine(_folder.FullName, "large.jsonl");
        using (FileStream file = File.Create(path))
        {
            file.SetLength(64 << 20);
        }

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int connections = 0;
        using var over = new CancellationTokenSource();
        Task server = Task.Run(async () =>
        {
            byte[] buffer = new byte[1 << 16];
            while (true)
            {
                using Socket socket = await listener.AcceptSocketAsync(over.Token);
                connections++;
                for (int received = 0; received < 1 << 20;)
                {
                    received += await socket.ReceiveAsync(buffer, SocketFlags.None, over.Token);
                }

                socket.Close(0);
            }
        });
        using CohereSession session = TestSession.Open(new CohereSessionOptions { BaseUri = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), ApiKey = TestSession.Key });

        CohereException failure = await Assert.ThrowsAsync<CohereException>(() =>
            new CohereClient(session).Datasets.CreateAsync(new DatasetRequest { Name = "n", Type = "embed-input", Path = path }));
        await Task.Delay(200);

        Assert.Equal(ErrorReason.ConnectionLost, failure.Reason);
        Assert.Equal(1, failure.Attempts);
        Assert.Contains("first check whether it was created", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(1, connections);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    public async Task An_upload_that_the_server_may_have_processed_is_not_retried(int status)
    {
        using var server = new FaultServer(Answer.Status(status), Answer.Json("""{"id":"second"}"""));
        using CohereSession session = TestSession.Open(server);

        await Assert.ThrowsAsync<CohereException>(() => new CohereClient(session).Datasets.CreateAsync(Request()));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_refused_upload_is_retried_as_a_whole_and_its_progress_starts_again()
    {
        using var server = new FaultServer(Answer.Status(503), Answer.Json("""{"id":"second"}"""));
        using CohereSession session = TestSession.Open(server);
        var progress = new Collected();

        Assert.Equal("second", await new CohereClient(session).Datasets.CreateAsync(Request(), progress: progress));

        Assert.Equal(FormPart.Read(server.Requests[0])[0].Body, FormPart.Read(server.Requests[1])[0].Body);
        Assert.All(progress.All, sent => Assert.True(sent.BytesSent <= sent.TotalBytes));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"id":""}""")]
    public async Task An_answer_without_an_id_is_an_error(string answer)
    {
        using var server = new FaultServer(Answer.Json(answer));
        using CohereSession session = TestSession.Open(server);

        Assert.Equal(ErrorReason.InvalidAnswer, (await Assert.ThrowsAsync<CohereException>(() => new CohereClient(session).Datasets.CreateAsync(Request()))).Reason);
    }

    [Fact]
    public async Task Delete_and_usage_are_one_call_each()
    {
        using var server = new FaultServer(Answer.Empty(), Answer.Json("""{"organization_usage":4098}"""));
        using CohereSession session = TestSession.Open(server);
        DatasetsClient datasets = new CohereClient(session).Datasets;

        await datasets.DeleteAsync("ds-1");
        DatasetUsage usage = await datasets.GetUsageAsync();

        Assert.Equal(4098, usage.OrganizationBytes);
        Assert.Equal(["DELETE /v1/datasets/ds-1", "GET /v1/datasets/usage"], server.Requests.Select(request => $"{request.Method} {request.Target}"));
    }

    private DatasetRequest Request() => new() { Name = "n", Type = "embed-input", Path = Write("rows.jsonl", "{\"text\":\"a\"}\n") };

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text, new UTF8Encoding(false));
        return path;
    }

    private sealed class Collected : IProgress<UploadProgress>
    {
        private readonly List<UploadProgress> _all = [];

        public IReadOnlyList<UploadProgress> All => _all;

        public void Report(UploadProgress value) => _all.Add(value);
    }
}
