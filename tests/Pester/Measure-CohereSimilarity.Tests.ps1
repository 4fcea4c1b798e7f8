#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# The cases hold embeddings, so that finding the tests needs the module as running them does.
BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
    Restore-TestState
}

BeforeAll {
    . $PSScriptRoot/Common.ps1

    function ConvertTo-TestEmbedding {
        param([float[]] $Vector, [hashtable] $With = @{})
        [CohereShell.Embedding] (@{ Vector = $Vector; Model = 'embed-v4.0' } + $With)
    }

    $script:reference = ConvertTo-TestEmbedding 1, 0, 0
}

AfterAll {
    Restore-TestState
}

Describe 'Measure-CohereSimilarity' {
    It 'compares one with many, as they come, and says which it compared' {
        $origin = [pscustomobject] @{ Name = 'SRV01' }
        $second = ConvertTo-TestEmbedding 0, 1, 0 @{ Index = 7; Text = 'a text'; Path = 'a.txt'; InputObject = $origin }

        $similarity = (ConvertTo-TestEmbedding 2, 0, 0), $second, (ConvertTo-TestEmbedding -1, 0, 0) | Measure-CohereSimilarity $reference

        $similarity | ForEach-Object { $_ | Should -BeOfType CohereShell.EmbeddingSimilarity }
        $similarity.Score | Should -Be 1, 0, -1
        $similarity[1].Metric | Should -Be 'Cosine'
        $similarity[1].Index | Should -Be 7
        $similarity[1].Text | Should -Be 'a text'
        $similarity[1].Path | Should -Be 'a.txt'
        [object]::ReferenceEquals($similarity[1].InputObject, $origin) | Should -BeTrue
        [object]::ReferenceEquals($similarity[1].Embedding, $second) | Should -BeTrue
    }

    It 'compares by <Metric>' -ForEach @(
        @{ Metric = 'Cosine'; Score = 0.6 }
        @{ Metric = 'DotProduct'; Score = 3 }
        @{ Metric = 'Euclidean'; Score = [math]::Sqrt(20) }
    ) {
        $similarity = Measure-CohereSimilarity $reference (ConvertTo-TestEmbedding 3, 4, 0) -Metric $Metric

        [math]::Round($similarity.Score, 12) | Should -Be ([math]::Round($Score, 12))
        $similarity.Metric | Should -Be $Metric
    }

    It 'takes lists of numbers: <Name>' -ForEach @(
        @{ Name = 'float[]'; Numbers = [float[]] (0, 2, 0) }
        @{ Name = 'double[]'; Numbers = [double[]] (0, 2, 0) }
        @{ Name = 'object[]'; Numbers = 0, 2.0, [decimal] 0 }
        @{ Name = 'List[double]'; Numbers = [System.Collections.Generic.List[double]] (0, 2, 0) }
        @{ Name = 'of JSON'; Numbers = ConvertFrom-Json '[0, 2.0, 0]' -NoEnumerate }
    ) {
        (, $Numbers | Measure-CohereSimilarity 0, 1, 0).Score | Should -Be 1
        (Measure-CohereSimilarity $Numbers $Numbers).Score | Should -Be 1
    }

    It 'takes an array of embeddings or lists as an argument' {
        (Measure-CohereSimilarity $reference @($reference, (1, 0, 0), (0, 1, 0))).Score | Should -Be 1, 1, 0
        (Measure-CohereSimilarity $reference @((1, 0, 0), (0, 1, 0))).Index | Should -Be 0, 1
    }

    It 'accepts the output of a search or a comparison' {
        $similarity = Measure-CohereSimilarity $reference $reference
        $match = $reference | Search-CohereEmbedding $reference

        ($similarity, $match | Measure-CohereSimilarity $similarity).Score | Should -Be 1, 1
    }

    It 'takes embeddings that come from another process or a file' {
        $path = Join-Path $TestDrive 'embedding.xml'
        ConvertTo-TestEmbedding 1, 2, 3 @{ Index = 4; Text = 'a text'; InputType = 'SearchDocument'; Int8 = [sbyte[]] (1, -2, 3); Ubinary = [byte[]] (200) } | Export-Clixml $path

        $similarity = Import-Clixml $path | Measure-CohereSimilarity (ConvertTo-TestEmbedding 1, 2, 3)

        $similarity.Score | Should -Be 1
        $similarity.Text | Should -Be 'a text'
        $similarity.Index | Should -Be 4
        $similarity.Embedding.InputType | Should -Be 'SearchDocument'
        $similarity.Embedding.Int8 | Should -Be 1, -2, 3
        $similarity.Embedding.Ubinary | Should -Be 200
    }

    It 'uses the form that both have: <Name>' -ForEach @(
        @{ Name = 'int8 and uint8'; Left = @{ Int8 = [sbyte[]] (3, -4) }; Right = @{ Uint8 = [byte[]] (131, 124) }; Score = 1 }
        @{ Name = 'binary and ubinary'; Left = @{ Binary = [sbyte[]] (-77) }; Right = @{ Ubinary = [byte[]] (51) }; Score = 1 }
        @{ Name = 'bits that differ in two places'; Left = @{ Ubinary = [byte[]] (51) }; Right = @{ Ubinary = [byte[]] (48) }; Score = 0.5 }
        @{ Name = 'base64'; Left = @{ Base64 = 'AACAPwAAAEA=' }; Right = @{ Vector = [float[]] (1, 2) }; Score = 1 }
    ) {
        [math]::Round((Measure-CohereSimilarity ([CohereShell.Embedding] $Left) ([CohereShell.Embedding] $Right)).Score, 12) | Should -Be $Score
    }

    It 'writes an error for <Name>, and continues with the others' -ForEach @(
        @{ Name = 'null'; Bad = $null; Reason = 'NullInput'; Category = 'InvalidData' }
        @{ Name = 'an empty list'; Bad = @(); Reason = 'EmptyVector'; Category = 'InvalidData' }
        @{ Name = 'an embedding without numbers'; Bad = [CohereShell.Embedding]::new(); Reason = 'EmptyVector'; Category = 'InvalidData' }
        @{ Name = 'a text'; Bad = 'a text'; Reason = 'NotAnEmbedding'; Category = 'InvalidType' }
        @{ Name = 'a number'; Bad = 3; Reason = 'NotAnEmbedding'; Category = 'InvalidType' }
        @{ Name = 'an object'; Bad = [pscustomobject] @{ a = 1 }; Reason = 'NotAnEmbedding'; Category = 'InvalidType' }
        @{ Name = 'a hashtable'; Bad = @{ a = 1 }; Reason = 'NotAnEmbedding'; Category = 'InvalidType' }
        @{ Name = 'a list with a text in it'; Bad = 1, 'a', 3; Reason = 'NotAnEmbedding'; Category = 'InvalidType' }
        @{ Name = 'a table of numbers'; Bad = [float[, ]]::new(2, 2); Reason = 'NotAnEmbedding'; Category = 'InvalidType' }
        @{ Name = 'bytes that do not say what they are'; Bad = [byte[]] (1, 2, 3); Reason = 'NotAnEmbedding'; Category = 'InvalidType' }
        @{ Name = 'NaN'; Bad = 1, [double]::NaN, 3; Reason = 'NotFinite'; Category = 'InvalidData' }
        @{ Name = 'Infinity'; Bad = 1, [double]::PositiveInfinity, 3; Reason = 'NotFinite'; Category = 'InvalidData' }
        @{ Name = 'a number that is too large'; Bad = 1, 1e300, 3; Reason = 'NotFinite'; Category = 'InvalidData' }
        @{ Name = 'NaN in an embedding'; Bad = [CohereShell.Embedding] @{ Vector = [float[]] (1, [float]::NaN, 3) }; Reason = 'NotFinite'; Category = 'InvalidData' }
        @{ Name = 'zeros only'; Bad = 0, 0, 0; Reason = 'ZeroVector'; Category = 'InvalidData' }
        @{ Name = 'base64 that is none'; Bad = [CohereShell.Embedding] @{ Base64 = '!' }; Reason = 'InvalidBase64'; Category = 'InvalidData' }
        @{ Name = 'another dimension'; Bad = 1, 2; Reason = 'DimensionMismatch'; Category = 'InvalidArgument' }
        @{ Name = 'another model'; Bad = [CohereShell.Embedding] @{ Vector = [float[]] (1, 0, 0); Model = 'embed-english-v3.0' }; Reason = 'ModelMismatch'; Category = 'InvalidArgument' }
        @{ Name = 'no form in common'; Bad = [CohereShell.Embedding] @{ Int8 = [sbyte[]] (1, 0, 0) }; Reason = 'NoCommonForm'; Category = 'InvalidArgument' }
    ) {
        $similarity = & { $reference; , $Bad; $reference } | Measure-CohereSimilarity $reference -ErrorVariable problems -ErrorAction SilentlyContinue

        $similarity.Score | Should -Be 1, 1
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike "CohereShell.$Reason,*"
        $problems[0].CategoryInfo.Category | Should -Be $Category
        $problems[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        if ($Bad -is [CohereShell.Embedding]) {
            [object]::ReferenceEquals($problems[0].TargetObject, $Bad) | Should -BeTrue
        }
    }

    It 'compares zeros where only the angle needs a direction' {
        (, (0, 0, 0) | Measure-CohereSimilarity $reference -Metric Euclidean).Score | Should -Be 1
        (, (0, 0, 0) | Measure-CohereSimilarity $reference -Metric DotProduct).Score | Should -Be 0
    }

    It 'refuses the reference: <Name>' -ForEach @(
        @{ Name = 'several'; Bad = @((1, 2), (3, 4)); Reason = 'InvalidValue' }
        @{ Name = 'a text'; Bad = 'a text'; Reason = 'NotAnEmbedding' }
        @{ Name = 'zeros only'; Bad = 0, 0; Reason = 'ZeroVector' }
    ) {
        $problem = Get-ErrorOf { , (1, 2) | Measure-CohereSimilarity $Bad -ErrorAction Stop }

        $problem.FullyQualifiedErrorId | Should -BeLike "CohereShell.$Reason,*"
        $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'outputs each similarity as its embedding arrives' {
        $script:sent = 0

        $first = & { while ($true) { $script:sent++; $reference } } | Measure-CohereSimilarity $reference | Select-Object -First 2

        $first | Should -HaveCount 2
        $script:sent | Should -Be 2
    }

    It 'needs no connection, and writes nothing for an empty pipeline' {
        Disconnect-Cohere

        @() | Measure-CohereSimilarity $reference | Should -BeNullOrEmpty
    }

    It 'shows score and text on one line, without control characters' {
        $shown = ConvertTo-TestEmbedding 3, 4, 0 @{ Text = "line 1`nline 2$([char] 27)[31m"; Index = 12 } | Measure-CohereSimilarity $reference | Out-String -Width 80

        $shown | Should -Match '0[.,]6000 Cosine\s+12 line 1 line 2'
        $shown | Should -Not -Match "\x1b\[31m"
    }

    It 'completes -Metric' {
        (Get-TabCompletion 'Measure-CohereSimilarity -Metric E').CompletionText | Should -Be 'Euclidean'
    }
}
