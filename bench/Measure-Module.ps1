#Requires -Version 7.4
<#
.SYNOPSIS
    Measures the performance of CohereShell. Each result is a ratio to a baseline that is measured in the same run.
.DESCRIPTION
    The two sides of a comparison alternate, and the result is the median of each. So other load on the computer affects
    both sides.

    import      the import in a new process, without the start of PowerShell. The baselines are a binary module that does
                nothing, and one that also has a view, because every module with output has views.
    chat call   compared to Invoke-RestMethod with the same body, and to a plain HttpClient call in C#
    first call  the first chat call of a new process; and import, connect and first call together. Each side has a
                separate cache folder, because PowerShell compiles in advance what the last process used.
    retry       a chat call that is refused once and retried immediately, compared to two successful chat calls
    stream      1,000 events as objects, compared to reading the bytes with HttpClient. The events are sent in separate
                writes, as a service does, and also in a single write, which measures only the client.
    embed       960 texts of 1,024 numbers, compared to a loop of Invoke-RestMethod in batches of 96, and to a plain C#
                client that reads the same bytes. Also 9,600 texts with a server that takes 100 ms per call, compared to
                the ideal: 13 rounds of 100 ms plus the time of the plain client without that delay.
    sdk         a chat call, a stream of 1,000 events and 960 embeddings, compared to Cohere's TypeScript SDK on Node.js.
                To enable it, run 'npm install' in bench/TypeScript.
    memory      the difference in peak memory of a new process between 200,000 and 2,000 texts
    limit       the share of a trial key's rate limit that embedding uses, and the number of retries. For the length of a
                minute, see -SecondsPerMinute.
    files       100,000 embeddings of 1,024 numbers to a file and from it, compared to copying and reading it; and a search of
                the file, compared to a search of imported embeddings
    million     a search of files of 1,000,000 embeddings of 1,024 numbers, compared to reading the file. Takes 4.2 GB of
                disk space and several minutes.
    end         the time from Select-Object -First 1 or Ctrl+C until the server sees the connection closed
.PARAMETER Rounds
    The number of new processes for each side.
.PARAMETER Calls
    The number of calls of each side in a process.
.PARAMETER SecondsPerMinute
    The length of a minute of the rate limit in seconds.
.PARAMETER FilesOnly
    Measures only files and million.
.PARAMETER WarmUp
    The number of calls of each side before the measurement. .NET recompiles methods that are called often in the background.
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingWriteHost', '', Justification = 'The script prints results for the user.')]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'The functions below use them.')]
[CmdletBinding()]
param(
    [int] $Rounds = 15,
    [int] $Calls = 300,
    [int] $WarmUp = 1500,
    [int] $SecondsPerMinute = 12,
    [switch] $FilesOnly
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
$root = Join-Path $PSScriptRoot '..' | Convert-Path
. ([IO.Path]::Combine($PSScriptRoot, '..', 'tools', 'PowerShell.ps1'))
$module = Join-Path $root 'out' 'CohereShell'
$doNothing = Join-Path $PSScriptRoot 'DoNothing' 'bin' 'Release' 'net8.0' 'DoNothing.psd1'
$withView = Join-Path $PSScriptRoot 'DoNothing' 'bin' 'Release' 'net8.0' 'DoNothingWithView.psd1'

function Get-Median([double[]] $Values) {
    $sorted = @($Values | Sort-Object)
    $sorted[[int][math]::Floor(($sorted.Count - 1) / 2)]
}

# Runs a command in a new process and returns its duration in milliseconds, without the start of PowerShell.
function Measure-Process([string] $Command, [string] $Before = '', [string] $Cache = '') {
    $timed = "`$ErrorActionPreference = 'Stop'; $Before; `$watch = [Diagnostics.Stopwatch]::StartNew(); `$null = . { $Command }; `$watch.Elapsed.TotalMilliseconds"
    $cacheBefore = $env:XDG_CACHE_HOME
    try {
        if ($Cache) {
            $env:XDG_CACHE_HOME = $Cache
        }

        $time = Invoke-PowerShell -NonInteractive -Command $timed
    }
    finally {
        $env:XDG_CACHE_HOME = $cacheBefore
    }

    if ($LASTEXITCODE -ne 0) {
        throw "'$Command' failed."
    }

    [double]$time
}

# With a goal of 0, the ratio is only shown.
function Show-Ratio([string] $Name, [double] $Ours, [string] $Against, [double] $Theirs, [double] $Goal) {
    [pscustomobject]@{
        Measured = $Name
        'ms'     = '{0:N2}' -f $Ours
        Against  = $Against
        'ms '    = '{0:N2}' -f $Theirs
        Ratio    = '{0:N2}' -f ($Ours / $Theirs)
        Goal     = if ($Goal) { "under $Goal" } else { '-' }
        Met      = if ($Goal) { $Ours / $Theirs -lt $Goal } else { '-' }
    }
}

function Measure-Import {
    $paths = [ordered]@{ Nothing = $doNothing; View = $withView; Ours = $module }
    $times = @{ Nothing = [Collections.Generic.List[double]]::new(); View = [Collections.Generic.List[double]]::new(); Ours = [Collections.Generic.List[double]]::new() }
    foreach ($round in 0..$Rounds) {
        foreach ($name in $paths.Keys) {
            $time = Measure-Process "Import-Module '$($paths[$name])'"
            # The first round fills the disk cache.
            if ($round -gt 0) {
                $times[$name].Add($time)
            }
        }
    }

    $our = Get-Median $times.Ours
    Show-Ratio 'import' $our 'import of a module that does nothing' (Get-Median $times.Nothing) 2
    Show-Ratio 'import' $our 'import of one that does nothing and has a view' (Get-Median $times.View) 2
}

function Measure-FirstCall([string] $Address) {
    $body = '{"model":"command-a-03-2025","messages":[{"role":"user","content":"What is event 4625?"}]}'
    $connect = "Import-Module '$module'; Connect-Cohere -BaseUri $Address -ApiKey bench"
    $chat = "Invoke-CohereChat 'What is event 4625?'"
    $sides = [ordered]@{
        Rest  = @{ Command = "Invoke-RestMethod -Uri $Address/v2/chat -Method Post -ContentType application/json -Headers @{ Authorization = 'Bearer bench' } -Body '$body'" }
        Call  = @{ Before = $connect; Command = $chat }
        Whole = @{ Command = "$connect; $chat" }
    }
    $folder = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
    $times = @{}
    try {
        foreach ($round in 0..$Rounds) {
            foreach ($name in $sides.Keys) {
                $side = $sides[$name]
                $cache = Join-Path $folder $name
                $null = New-Item -ItemType Directory -Path $cache -Force
                $time = Measure-Process @side -Cache $cache
                # The first round fills the caches.
                if ($round -gt 0) {
                    $times[$name] += @($time)
                }
            }
        }
    }
    finally {
        Remove-Item -LiteralPath $folder -Recurse -ErrorAction Ignore
    }

    $rest = Get-Median $times.Rest
    Show-Ratio 'first call of a process' (Get-Median $times.Call) 'first Invoke-RestMethod' $rest 1.5
    Show-Ratio 'import, connect and first call' (Get-Median $times.Whole) 'first Invoke-RestMethod' $rest 1.5
}

# The two sides alternate in blocks, so that each call follows similar calls, as in a script.
function Measure-Turn([scriptblock] $Our, [scriptblock] $Their) {
    $block = 25
    $ours, $theirs = [Collections.Generic.List[double]]::new(), [Collections.Generic.List[double]]::new()
    $watch = [Diagnostics.Stopwatch]::new()
    for ($done = 0; $done -lt $Calls + $WarmUp; $done += $block) {
        foreach ($side in @(@{ Call = $Our; Times = $ours }, @{ Call = $Their; Times = $theirs })) {
            foreach ($turn in 1..$block) {
                $watch.Restart()
                $null = & $side.Call
                $time = $watch.Elapsed.TotalMilliseconds
                if ($done -ge $WarmUp) {
                    $side.Times.Add($time)
                }
            }
        }
    }

    (Get-Median $ours), (Get-Median $theirs)
}

function Measure-Call([string] $Address) {
    $request = @{
        Uri         = "$Address/v2/chat"
        Method      = 'Post'
        ContentType = 'application/json'
        Headers     = @{ Authorization = 'Bearer bench' }
        Body        = '{"model":"command-a-03-2025","messages":[{"role":"user","content":"What is event 4625?"}]}'
    }
    $our, $their = Measure-Turn { Invoke-CohereChat 'What is event 4625?' } { Invoke-RestMethod @request }
    Show-Ratio 'chat call' $our 'Invoke-RestMethod' $their 0.5

    $client = [CohereShell.Bench.PlainClient]::new($Address, @(), 96, 1)
    $body = $request.Body
    $our, $their = Measure-Turn { Invoke-CohereChat 'What is event 4625?' } { $client.Chat($body) }
    Show-Ratio 'chat call' $our 'a bare HttpClient call' $their 1.3
}

function Measure-Retry {
    $our, $twice = Measure-Turn { Invoke-CohereChat 'What is event 4625?' -Model busy } {
        Invoke-CohereChat 'What is event 4625?'
        Invoke-CohereChat 'What is event 4625?'
    }
    Show-Ratio 'chat call with a retry' $our 'two chat calls' $twice 1
}

function Measure-Stream([string] $Address, [string] $Model, [string] $Name, [double] $Goal) {
    $client = [CohereShell.Bench.PlainClient]::new($Address, @(), 96, 1)
    $body = '{"stream":true,"model":"' + $Model + '","messages":[{"role":"user","content":"Tell me all about it"}]}'
    $our, $their = Measure-Turn { Invoke-CohereChat 'Tell me all about it' -Stream -Model $Model } { $client.Chat($body) }
    Show-Ratio $Name $our 'reading its bytes with HttpClient' $their $Goal
}

# Runs both sides alternately several times. The first runs are for warm-up.
function Measure-Alternating([int] $Times, [scriptblock] $Our, [scriptblock] $Their) {
    $ours, $theirs = [Collections.Generic.List[double]]::new(), [Collections.Generic.List[double]]::new()
    $watch = [Diagnostics.Stopwatch]::new()
    foreach ($turn in 1..($Times + 2)) {
        foreach ($side in @(@{ Call = $Our; Times = $ours }, @{ Call = $Their; Times = $theirs })) {
            $watch.Restart()
            $null = & $side.Call
            if ($turn -gt 2) {
                $side.Times.Add($watch.Elapsed.TotalMilliseconds)
            }
        }
    }

    (Get-Median $ours), (Get-Median $theirs)
}

function Measure-Embedding([string] $Address) {
    $texts = 1..9600 | ForEach-Object { "text number $_" }
    $few = $texts[0..959]
    $our, $their = Measure-Alternating 15 { $few | New-CohereEmbedding } {
        for ($start = 0; $start -lt 960; $start += 96) {
            $body = @{ model = 'embed-v4.0'; input_type = 'search_document'; embedding_types = @('float'); texts = $few[$start..($start + 95)] } | ConvertTo-Json
            (Invoke-RestMethod -Uri "$Address/v2/embed" -Method Post -ContentType application/json -Headers @{ Authorization = 'Bearer bench' } -Body $body).embeddings.float
        }
    }
    Show-Ratio '960 texts' $our 'Invoke-RestMethod in batches of 96' $their 0.05

    $client = [CohereShell.Bench.PlainClient]::new($Address, $few, 96, 5)
    $our, $their = Measure-Alternating 40 { $few | New-CohereEmbedding } { $client.Run() }
    Show-Ratio '960 texts' $our 'a plain client that reads the bytes' $their 1.15

    $client = [CohereShell.Bench.PlainClient]::new($Address, $texts, 96, 8)
    $our, $plain = Measure-Alternating 9 { $texts | New-CohereEmbedding -ThrottleLimit 8 -Model latency } { $client.Run() }
    Show-Ratio '9,600 texts, 100 ms a call' $our "13 rounds of 100 ms + a plain client's $('{0:N0}' -f $plain) ms" (1300 + $plain) 1.3
}

function Measure-TypeScript([string] $Address) {
    $folder = [IO.Path]::Combine($PSScriptRoot, 'TypeScript')
    if (-not (Get-Command node -CommandType Application -ErrorAction Ignore) -or -not (Test-Path -LiteralPath ([IO.Path]::Combine($folder, 'node_modules', 'cohere-ai')))) {
        Write-Host "Skipped: Cohere's TypeScript SDK isn't installed (npm install in bench/TypeScript)."
        return
    }

    $few = [string[]](1..960 | ForEach-Object { "text number $_" })
    $theirs = (node ([IO.Path]::Combine($folder, 'measure.mjs')) $Address) | ConvertFrom-Json
    $chat, $null = Measure-Turn { Invoke-CohereChat 'What is event 4625?' } { }
    $stream, $null = Measure-Alternating 60 { Invoke-CohereChat 'What is event 4625?' -Stream } { }
    $embed, $null = Measure-Alternating 25 { $few | New-CohereEmbedding } { }
    Show-Ratio 'chat call' $chat "Cohere's TypeScript SDK" $theirs.chat 1
    Show-Ratio 'stream of 1,000 events' $stream "Cohere's TypeScript SDK" $theirs.stream 1
    Show-Ratio '960 texts' $embed "Cohere's TypeScript SDK" $theirs.embed 1
}

function Measure-Memory([string] $Address) {
    $folder = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
    $null = New-Item -ItemType Directory -Path $folder
    try {
        $peaks = foreach ($count in 2000, 200000) {
            $path = Join-Path $folder "$count.txt"
            [IO.File]::WriteAllLines($path, [string[]](1..$count | ForEach-Object { "a short text, number $_" }))
            $peak = foreach ($round in 1..3) {
                Invoke-PowerShell -NonInteractive -Command "Import-Module '$module'; Connect-Cohere -BaseUri $Address -ApiKey bench; Get-Content '$path' | New-CohereEmbedding | Out-Null; (Get-Process -Id `$PID).PeakWorkingSet64"
            }
            (Get-Median $peak) / 1MB
        }
    }
    finally {
        Remove-Item -LiteralPath $folder -Recurse
    }

    [pscustomobject]@{
        Measured         = 'peak memory'
        '2,000 texts MB' = '{0:N0}' -f $peaks[0]
        '200,000 MB'     = '{0:N0}' -f $peaks[1]
        'More'           = '{0:N0}' -f ($peaks[1] - $peaks[0])
        Goal             = 'under 64'
        Met              = $peaks[1] - $peaks[0] -lt 64
    }
}

function Measure-Limit {
    $program = Join-Path $PSScriptRoot 'RateLimit' 'bin' 'Release' 'net8.0' 'RateLimit.dll'
    $share, $retries = (& dotnet $program $SecondsPerMinute) -split ' '
    [pscustomobject]@{
        Measured         = "trial limit, a minute of $SecondsPerMinute s"
        'Share used'     = $share
        'Retries'        = $retries
        Goal             = '0.95 to 1'
        Met              = [double]$share -ge 0.95 -and [double]$share -le 1
    }
}

function Measure-File {
    $path = Join-Path ([IO.Path]::GetTempPath()) "$([IO.Path]::GetRandomFileName()).arrow"
    try {
        $numbers = [float[]](1..1024 | ForEach-Object { [math]::Sin($_) })
        $embeddings = 1..100000 | ForEach-Object { [CohereShell.Embedding] @{ Index = $_ - 1; Text = "text number $_"; Model = 'embed-v4.0'; Vector = $numbers } }
        $our, $their = Measure-Alternating 3 { Export-CohereEmbedding -InputObject $embeddings -Path $path } { Copy-Item -LiteralPath $path -Destination "$path.copy" }
        Show-Ratio "export of 100,000 embeddings ($([int](100000 / $our * 1000)) a second)" $our 'copy of the same file' $their 0
        $embeddings = $null
        $our, $their = Measure-Alternating 5 { Import-CohereEmbedding -Path $path | Out-Null } { $null = [IO.File]::ReadAllBytes($path); [GC]::Collect() }
        Show-Ratio "import of 100,000 embeddings ($([int](100000 / $our * 1000)) a second)" $our 'ReadAllBytes of the same file' $their 0
        $query = [float[]](1..1024 | ForEach-Object { [math]::Cos($_) })
        $our, $their = Measure-Alternating 5 { Search-CohereEmbedding $query -Path $path | Out-Null } { Import-CohereEmbedding -Path $path | Search-CohereEmbedding $query | Out-Null }
        Show-Ratio 'search of a file of 100,000' $our 'Import-CohereEmbedding | Search-CohereEmbedding' $their 0.5
    }
    finally {
        Remove-Item -LiteralPath $path, "$path.copy" -ErrorAction Ignore
    }
}

# The file is written by the C# of MillionRows, because PowerShell takes minutes for a million objects.
function Measure-Million {
    $folder = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName()))).FullName
    try {
        Add-Type -CompilerOptions '-nowarn:CS1701' -ReferencedAssemblies ([CohereShell.Embedding].Assembly.Location), System.Runtime, System.Collections, System.Linq -TypeDefinition @'
using System;
using System.Collections.Generic;
using CohereShell;

public static class MillionRows
{
    public static IEnumerable<Embedding> Get(int count, string form)
    {
        var random = new Random(1);
        byte[] bytes = new byte[1024 + 1024];
        random.NextBytes(bytes);
        for (int row = 0; row < count; row++)
        {
            var embedding = new Embedding { Index = row, Text = "text number " + row, Model = "embed-v4.0" };
            int first = row % 1024;
            if (form == "Vector")
            {
                embedding.Vector = new float[1024];
                for (int i = 0; i < 1024; i++) embedding.Vector[i] = bytes[first + i] - 127.5f;
                embedding.Vector[0] += row % 997;
            }
            else if (form == "Int8")
            {
                embedding.Int8 = new sbyte[1024];
                Buffer.BlockCopy(bytes, first, embedding.Int8, 0, 1024);
            }
            else
            {
                embedding.Ubinary = new byte[128];
                Buffer.BlockCopy(bytes, first, embedding.Ubinary, 0, 128);
            }

            yield return embedding;
        }
    }

    public static long Read(string path, byte[] buffer)
    {
        using var stream = new System.IO.FileStream(path, System.IO.FileMode.Open, System.IO.FileAccess.Read, System.IO.FileShare.Read, 1, System.IO.FileOptions.SequentialScan);
        long total = 0;
        for (int count = 1; count > 0; total += count) count = stream.Read(buffer, 0, buffer.Length);
        return total;
    }
}
'@
        $buffer = [byte[]]::new(1MB)
        foreach ($form in 'Vector', 'Int8', 'Ubinary') {
            $path = Join-Path $folder "$form.arrow"
            $watch = [Diagnostics.Stopwatch]::StartNew()
            [MillionRows]::Get(1000000, $form) | Export-CohereEmbedding -Path $path
            Write-Host "$form`: exported 1,000,000 in $($watch.Elapsed.TotalSeconds.ToString('N1')) s, $((Get-Item -LiteralPath $path).Length / 1MB -as [int]) MB"
            $query = @([MillionRows]::Get(1, $form))[0]
            $our, $their = Measure-Alternating 9 { Search-CohereEmbedding $query -Path $path | Out-Null } { [MillionRows]::Read($path, $buffer) }
            Show-Ratio "search of a file of 1,000,000 x 1,024, $form" $our 'reading the file, 1 MB at a time' $their 1.3
            Remove-Item -LiteralPath $path
        }
    }
    finally {
        Remove-Item -LiteralPath $folder -Recurse
    }
}

function Show-End([string] $Name, [Collections.Generic.List[double]] $Times) {
    [pscustomobject]@{
        Measured    = $Name
        'Median ms' = '{0:N1}' -f (Get-Median $Times)
        'Max ms'    = '{0:N1}' -f ($Times | Measure-Object -Maximum).Maximum
        Goal        = 'under 200'
        Met         = ($Times | Measure-Object -Maximum).Maximum -lt 200
    }
}

function Read-Closed([Diagnostics.Process] $Server) {
    [datetime]::ParseExact($Server.StandardOutput.ReadLine(), 'o', [cultureinfo]::InvariantCulture, 'RoundtripKind')
}

function Measure-End([Diagnostics.Process] $Server) {
    $selected = [Collections.Generic.List[double]]::new()
    foreach ($round in 1..10) {
        $null = Invoke-CohereChat 'Tell me' -Stream -Model slow | ForEach-Object { $script:stopped = [datetime]::UtcNow; $_ } | Select-Object -First 1
        $selected.Add(((Read-Closed $Server) - $script:stopped).TotalMilliseconds)
    }

    Show-End 'Select-Object -First 1 on a stream' $selected
    $stopped = [Collections.Generic.List[double]]::new()
    foreach ($round in 1..10) {
        $shell = [powershell]::Create()
        $null = $shell.AddCommand('Import-Module').AddArgument($module).Invoke()
        $shell.Commands.Clear()
        $null = $shell.AddCommand('Invoke-CohereChat').AddParameters(@{ Message = 'Tell me'; Model = 'hang'; Session = (Get-CohereSession) }).BeginInvoke()
        Start-Sleep -Milliseconds 300
        $time = [datetime]::UtcNow
        # What Ctrl+C does.
        $shell.Stop()
        $stopped.Add(((Read-Closed $Server) - $time).TotalMilliseconds)
        $shell.Dispose()
    }

    Show-End 'Ctrl+C in a waiting call' $stopped
}

Write-Host "PowerShell $($PSVersionTable.PSVersion) on $($PSVersionTable.OS), $([Environment]::ProcessorCount) processors"
if ($FilesOnly) {
    Import-Module $module
    @(Measure-File; Measure-Million) | Format-Table -AutoSize | Out-String -Width 160 | Out-Host
    return
}

$start = [Diagnostics.ProcessStartInfo]::new('dotnet', "`"$(Join-Path $PSScriptRoot 'LoopbackServer' 'bin' 'Release' 'net8.0' 'LoopbackServer.dll')`"")
$start.RedirectStandardInput = $true
$start.RedirectStandardOutput = $true
$server = [Diagnostics.Process]::Start($start)
try {
    $address = $server.StandardOutput.ReadLine()
    Add-Type -TypeDefinition (Get-Content -LiteralPath (Join-Path $PSScriptRoot 'PlainClient.cs') -Raw)
    Import-Module $module
    Connect-Cohere -BaseUri $address -ApiKey bench
    @(
        Measure-Import
        Measure-Call $address
        Measure-Retry
        Measure-FirstCall $address
        Measure-Stream $address command-a-03-2025 '1,000 events in separate writes' 1.3
        Measure-Stream $address burst '1,000 events in one write' 0
        Measure-Embedding $address
        Measure-TypeScript $address
        Measure-File
        Measure-Million
    ) | Format-Table -AutoSize | Out-String -Width 160 | Out-Host
    Measure-Memory $address | Format-Table -AutoSize | Out-String -Width 160 | Out-Host
    Measure-Limit | Format-Table -AutoSize | Out-String -Width 160 | Out-Host
    Measure-End $server | Format-Table -AutoSize | Out-String -Width 160 | Out-Host
}
finally {
    Disconnect-Cohere
    $server.StandardInput.Close()
    if (-not $server.WaitForExit(5000)) {
        $server.Kill()
    }
}
