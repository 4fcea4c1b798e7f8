using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using CohereShell.Emulation;
using CohereShell.Tests.Avro;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>The signed URLs of a dataset's files, and uploads over a socket.</summary>
public sealed class DownloadTests
{
    [Fact]
    public async Task The_files_are_on_another_port_and_a_key_is_refused()
    {
        using CohereEmulator emulator = CohereEmulator.Start(0, StoreSamples.AtOnce);
        using HttpClient client = Client(emulator);
        string url = (await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts)).Parts()[0].Text("url");
        using var network = new HttpClient();
        using HttpResponseMessage file = await network.GetAsync(url);
        using HttpResponseMessage withKey = await client.GetAsync(url);

        Assert.NotEqual(emulator.Port, new Uri(url).Port);
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        Assert.NotNull(file.Content.Headers.ContentLength);
        Assert.Equal(HttpStatusCode.BadRequest, withKey.StatusCode);
        Assert.Contains("<Code>InvalidArgument</Code>", await withKey.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_files_of_a_dataset_alternate_between_codecs()
    {
        using HttpClient client = StoreSamples.Client();
        JsonElement dataset = await StoreSamples.DatasetAsync(client, string.Concat(Enumerable.Repeat("{\"text\":\"a\"}\n", 10_001)));
        client.DefaultRequestHeaders.Authorization = null;
        var codecs = new List<string>();
        foreach (JsonElement part in dataset.Parts())
        {
            using AvroFile file = AvroFile.Open(new MemoryStream(await client.GetByteArrayAsync(part.Text("url"))));
            codecs.Add(file.Codec);
        }

        Assert.Equal(["deflate", "null", "deflate"], codecs);
    }

    [Theory]
    [InlineData("X-Goog-Signature=", "X-Goog-Signature=0", HttpStatusCode.Forbidden)]
    [InlineData("X-Goog-Expires=", "X-Goog-Expires=9", HttpStatusCode.Forbidden)]
    [InlineData("?", "/../other?", HttpStatusCode.Forbidden)]
    [InlineData("?", "?", HttpStatusCode.OK)]
    public async Task A_modified_URL_is_refused(string part, string changed, HttpStatusCode status)
    {
        using HttpClient client = StoreSamples.Client();
        string url = (await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts)).Parts()[0].Text("url");
        using var network = new HttpClient();
        using HttpResponseMessage answer = await network.GetAsync(url.Replace(part, changed, StringComparison.Ordinal));
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task A_URL_expires_and_a_new_one_is_valid_again()
    {
        using HttpClient client = StoreSamples.Client(new CohereEmulatorOptions { ValidationDurationMs = 0, DownloadUrlLifetime = TimeSpan.FromMilliseconds(1) });
        string url = (await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts)).Parts()[0].Text("url");
        await Task.Delay(20);
        using var network = new HttpClient();
        using HttpResponseMessage answer = await network.GetAsync(url);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("Request has expired.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_without_a_network_downloads_the_files_from_the_in_process_emulator()
    {
        using HttpClient client = StoreSamples.Client();
        string url = (await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts)).Parts()[0].Text("url");
        using HttpResponseMessage withKey = await client.GetAsync(url);
        client.DefaultRequestHeaders.Authorization = null;

        Assert.Equal(HttpStatusCode.BadRequest, withKey.StatusCode);
        Assert.Equal(2, StoreSamples.Read(await client.GetByteArrayAsync(url)).Count);
    }

    [Fact]
    public void No_file_remains_when_the_emulator_stops()
    {
        using var api = new EmulatedApi(StoreSamples.AtOnce);
        string file = api.Store.Files.PathOf(api.Store.Files.NewName(".upload"));
        Assert.True(File.Exists(file));
        api.Dispose();
        Assert.False(Directory.Exists(Path.GetDirectoryName(file)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_upload_can_be_larger_than_other_requests(bool isChunked)
    {
        using CohereEmulator emulator = CohereEmulator.Start(0, StoreSamples.AtOnce);
        using HttpClient client = Client(emulator);
        const int Rows = 70;
        byte[] row = Encoding.UTF8.GetBytes("{\"text\":\"" + new string('x', 1024 * 1024) + "\"}\n");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/datasets?name=large&type=embed-input");
        request.Content = new MultipartFormDataContent { { new StreamContent(new RepeatingStream([], row, Rows)), "data", "large.jsonl" } };
        request.Headers.TransferEncodingChunked = isChunked;
        using HttpResponseMessage response = await client.SendAsync(request);
        JsonElement dataset = await StoreSamples.SettledAsync(client, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Id());

        Assert.Equal("validated", dataset.Text("validation_status"));
        Assert.Equal(Rows, dataset.Parts().Sum(part => part.GetProperty("num_rows").GetInt32()));
    }

    private static HttpClient Client(CohereEmulator emulator)
    {
        var client = new HttpClient { BaseAddress = emulator.BaseUri };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", emulator.ApiKey);
        return client;
    }
}
